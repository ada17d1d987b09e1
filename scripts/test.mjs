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
const unitReport = `.cache/unit-report-${process.pid}.json`

/** A check that passes or fails as a whole. */
const whole = ({ code }) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 })

/** Tests by the JSON report of Vitest. A test that was skipped did not pass, so it counts as failed. */
const unitTests = () => {
  const report = JSON.parse(readFileSync(unitReport, 'utf8'))
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((t) => t.status !== 'failed'),
  )
  const passed = report.numPassedTests
  return { passed, failed: report.numTotalTests - passed + brokenFiles.length }
}

/** Cases by the last line of a command that counts them: `N passed, N failed, N skipped`. */
const conformanceCases = ({ output }) => {
  const counts = [...output.matchAll(/^(\d+) passed, (\d+) failed, (\d+) skipped$/gm)].at(-1)
  if (!counts) throw new Error('the command printed no counts')
  const [passed, failed, skipped] = counts.slice(1).map(Number)
  return { passed, failed, skipped }
}

/** The checks, and how the tests of each are counted. */
const checks = [
  ['npm run lint', whole],
  ['npm run typecheck', whole],
  ['npm run chromium', whole],
  ['npm run python-onnx', whole],
  ['npm run webgpu', whole],
  ['npm run openmpi', whole],
  ['npm run test:unit', unitTests],
  ['npm run conformance -- --backend core-f64', conformanceCases],
  ['npm run conformance -- --backend core-f32', conformanceCases],
  ['npm run conformance -- --backend wasm-1', conformanceCases],
  ['npm run conformance -- --backend wasm-2', conformanceCases],
  ['npm run conformance -- --backend tfjs-cpu', conformanceCases],
  ['npm run conformance -- --backend tfjs-wasm', conformanceCases],
  ['npm run conformance -- --backend tfjs-wasm-fused', conformanceCases],
  ['npm run conformance -- --backend tfjs-webgpu-node', conformanceCases],
  ['npm run conformance -- --backend tfjs-webgpu-chromium', conformanceCases],
  ['npm run conformance -- --backend tfjs-webgl-chromium', conformanceCases],
  ['npm run conformance -- --backend wasm-chromium', conformanceCases],
  ['npm run conformance -- --backend onnx-node', conformanceCases],
  ['npm run conformance -- --backend onnx-web-wasm', conformanceCases],
  ['npm run conformance -- --backend onnx-web-wasm-chromium', conformanceCases],
  ['npm run conformance -- --backend onnx-web-webgpu', conformanceCases],
  ['npm run conformance -- --backend webgpu-node', conformanceCases],
  ['npm run conformance -- --backend webgpu-chromium', conformanceCases],
  ['npm run build', whole],
  ['npm run lint:package', whole],
  ['npm run size', whole],
  ['npm run unused', whole],
  ['npm run release:rehearsal', conformanceCases],
]

const environment = {
  ...process.env,
  UNIT_REPORT: unitReport,
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
  npm_config_loglevel: 'silent',
  ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }),
}

/** Runs a command; shows what it prints as it comes, and gives it back too. */
const run = (command) =>
  new Promise((resolve) => {
    const child = spawn(command, {
      shell: true,
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text
      process.stdout.write(text)
    })
    child.on('close', (code) => resolve({ code, output }))
  })

/** The counts of a check. A command that failed is at least one failure, and so is one that tested nothing. */
const counted = (count, result) => {
  try {
    const { passed, failed, skipped = 0 } = count(result)
    const silent = failed === 0 && (result.code !== 0 || passed === 0)
    return { passed, failed: silent ? 1 : failed, skipped }
  } catch (error) {
    console.log(error.message)
    return { passed: 0, failed: 1, skipped: 0 }
  }
}

const start = Date.now()
const rows = []
const total = { passed: 0, failed: 0 }

const record = (name, { passed, failed, skipped }, since) => {
  const seconds = ((Date.now() - since) / 1000).toFixed(1).padStart(6)
  const counts = `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`
  rows.push(`${failed ? '✗' : '✓'} ${name.padEnd(42)} ${seconds} s   ${counts}`)
  total.passed += passed
  total.failed += failed
}

try {
  await setUp()
  for (const [command, count] of checks) {
    console.log(`\n── ${command}`)
    const since = Date.now()
    record(command, counted(count, await run(command)), since)
  }
} catch (error) {
  console.log(error.message)
  record('set-up', { passed: 0, failed: 1 }, start)
}

rmSync(unitReport, { force: true })
console.log(`\n${rows.join('\n')}\nin ${((Date.now() - start) / 1000).toFixed(0)} s\n`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed > 0 ? 1 : 0
