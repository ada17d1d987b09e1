/**
 * `npm run features`: runs the conformance suite and writes FEATURES.md. `--backend <name>`, which may stand several times, runs these alone and
 * keeps what is known of the others; `--text` runs none.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { columns } from './features/columns.js'
import { featuresDocument } from './features/document.js'
import { readReport } from './features/report.js'
import { keepResult, readResults } from './features/results.js'
import { run } from './process.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { values } = parseArgs({
  options: {
    backend: { type: 'string', multiple: true },
    text: { type: 'boolean', default: false },
  },
})
const all = columns.map(({ backend }) => backend)
const unknown = values.backend?.find((name) => !all.includes(name))
if (unknown !== undefined) throw new RangeError(`--backend ${unknown}; allowed: ${all.join(', ')}`)

for (const backend of values.text ? [] : (values.backend ?? all)) {
  console.log(`conformance of ${backend}`)
  const command = ['run', '--silent', 'conformance', '--workspace', '@arcmargin/conformance']
  const output = await run('npm', [...command, '--', '--backend', backend], {
    cwd: root,
    show: true,
    mayFail: true,
  })
  const cells = readReport(output)
  if (Object.keys(cells).length === 0) throw new Error(`${backend} gave no results`)
  keepResult(backend, { date: new Date().toISOString().slice(0, 10), cells })
}
writeFileSync(new URL('../../FEATURES.md', import.meta.url), featuresDocument(readResults()))
console.log('FEATURES.md is written')
