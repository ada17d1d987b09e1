/**
 * `npm test`: every check of the repository, one after another. A failure does not stop the others. The last line counts
 * what ran: each unit test, each conformance case, and one for each of the other checks.
 */
import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setUp } from './setup.mjs'

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'))
const unitReport = '.cache/vitest.json'

/** A check that passes or fails as a whole. */
const whole = ({ code }) => (code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 })

/** Tests by the JSON report of vitest. A test that was skipped did not pass, so it counts as failed. */
const unitTests = () => {
  const report = JSON.parse(readFileSync(unitReport, 'utf8'))
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((t) => t.status !== 'failed'),
  )
  const passed = report.numPassedTests
  return { passed, failed: report.numTotalTests - passed + brokenFiles.length }
}

/** Cases by the last line of the conformance command: `N passed, N failed, N skipped`. */
const conformanceCases = ({ output }) => {
  const counts = [...output.matchAll(/^(\d+) passed, (\d+) failed, (\d+) skipped$/gm)].at(-1)
  if (!counts) throw new Error('the conformance command printed no counts')
  const [passed, failed, skipped] = counts.slice(1).map(Number)
  return { passed, failed, skipped }
}

/** The checks: an npm script with its arguments, and how its tests are counted. Quick ones first. */
const checks = [
  { script: ['lint'], count: whole },
  { script: ['typecheck'], count: whole },
  {
    script: ['test:unit', '--reporter=default', '--reporter=json', `--outputFile=${unitReport}`],
    count: unitTests,
  },
  { script: ['conformance', '--backend', 'core-f64'], count: conformanceCases },
  { script: ['conformance', '--backend', 'core-f32'], count: conformanceCases },
  { script: ['build'], count: whole },
  { script: ['lint:package'], count: whole },
  { script: ['size'], count: whole },
  { script: ['unused'], count: whole },
]

/** No telemetry, and no npm warnings about the user's own settings. */
const quiet = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', npm_config_loglevel: 'error' }

/** Runs an npm script; shows what it prints as it comes, and gives it back too. */
const run = ([script, ...args]) =>
  new Promise((resolve) => {
    const child = spawn(
      'npm',
      ['run', '--silent', script, ...(args.length ? ['--', ...args] : [])],
      {
        env: { ...quiet, ...process.env, ...(process.stdout.isTTY && { FORCE_COLOR: '1' }) },
        stdio: ['ignore', 'pipe', 'inherit'],
        shell: process.platform === 'win32',
      },
    )
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text
      process.stdout.write(text)
    })
    child.on('error', ({ message }) => resolve({ code: 1, output: message }))
    child.on('close', (code) => resolve({ code, output }))
  })

/** The counts of one check. A command that failed counts as at least one failure, and so does one that tested nothing. */
const counted = (count, result) => {
  try {
    const { passed, failed, skipped = 0 } = count(result)
    const sound = passed > 0 && (result.code === 0 || failed > 0)
    return { passed, failed: sound || failed > 0 ? failed : 1, skipped }
  } catch (error) {
    console.log(error.message)
    return { passed: 0, failed: 1, skipped: 0 }
  }
}

const plural = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`

const rows = []
let total = { passed: 0, failed: 0 }
const tally = (name, counts, since) => {
  const seconds = ((Date.now() - since) / 1000).toFixed(1)
  rows.push(
    `${counts.failed ? '✗' : '✓'} ${name.padEnd(36)} ${seconds.padStart(6)} s   ${plural(counts)}`,
  )
  total = { passed: total.passed + counts.passed, failed: total.failed + counts.failed }
}

const start = Date.now()
try {
  await setUp()
  for (const { script, count } of checks) {
    const [name, ...args] = script
    const title = ['npm run', name, ...args.filter((arg) => !arg.includes('report'))].join(' ')
    console.log(`\n── ${title}`)
    rmSync(unitReport, { force: true })
    const since = Date.now()
    tally(title, counted(count, await run(script)), since)
  }
} catch (error) {
  console.log(error.message)
  tally('set-up', { passed: 0, failed: 1 }, start)
}

console.log(`\n${rows.join('\n')}\nin ${((Date.now() - start) / 1000).toFixed(0)} s\n`)
process.exitCode = total.failed > 0 ? 1 : 0
console.log(`${total.passed} passed, ${total.failed} failed`)
