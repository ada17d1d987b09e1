/**
 * `npm run features`: runs the conformance suite on every backend and writes FEATURES.md. `npm run features -- core-f64 wasm-1` runs these
 * alone, for a look at what it writes.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { comparison, gaps } from './features/others.js'
import { type Cell, readReport } from './features/report.js'
import { run } from './process.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Columns of the table: a backend of the conformance suite, and what it is called there. */
export const columns: Readonly<Record<string, string>> = {
  'core-f64': 'core, float64',
  'core-f32': 'core, float32',
  'wasm-2': 'wasm, 2 threads',
  'webgpu-node': 'webgpu',
  'tfjs-cpu': 'tfjs, cpu',
  'tfjs-wasm': 'tfjs, wasm',
  'onnx-node': 'onnx, Node',
  'onnx-web-wasm': 'onnx, web',
}

const figure = (cell: Cell | undefined): string => {
  if (cell === undefined) return ''
  if ('skipped' in cell) return '–'
  return cell.error === 0 ? '0' : cell.error.toExponential(0)
}

const [, , ...asked] = process.argv
const names = asked.length > 0 ? asked : Object.keys(columns)
const reports = new Map<string, ReadonlyMap<string, Cell>>()
for (const name of names) {
  console.error(`conformance of ${name} …`)
  const command = ['run', '--silent', 'conformance', '--workspace', '@arcmargin/conformance']
  reports.set(
    name,
    readReport(await run('npm', [...command, '--', '--backend', name], { cwd: root })),
  )
}
const rows = [...new Set([...reports.values()].flatMap((report) => [...report.keys()]))]
const table = [
  `| vectors | ${names.map((name) => columns[name] ?? name).join(' | ')} |`,
  `|---|${names.map(() => '---|').join('')}`,
  ...rows.map(
    (row) =>
      `| \`${row}\` | ${names.map((name) => figure(reports.get(name)?.get(row))).join(' | ')} |`,
  ),
].join('\n')

writeFileSync(
  new URL('../../FEATURES.md', import.meta.url),
  `# Features

What runs where, how exactly, and what others have. Written by a command, which runs every case of the conformance suite on the backends that it is given, all by default:

\`\`\`sh
npm run features
\`\`\`

## Every loss on every backend

The worst relative error of loss and gradients over all cases of a file of float64 vectors, most of them printed by executed reference code. 0: no difference, or
none above the reference's own rounding. –: not offered there. A name is that of a file in \`packages/conformance/vectors\`.

${table}

\`arcface_near_singular\` has targets within 1e-4 of 0 and π, where float32 inputs and the reference itself have lost digits; \`edge_exact_collinear\` only asks for finite, bounded gradients.

## Beside other libraries

As read in their code; the revisions are those of 2025 and 2026 named in the documentation.

${comparison}

## Gaps on our side

${gaps.map((gap) => `* ${gap}`).join('\n')}
`,
)
console.log('FEATURES.md is written')
