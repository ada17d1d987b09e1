import { type Column, columns } from './columns.js'
import { comparison, gaps } from './others.js'
import type { Cell } from './report.js'
import type { Results } from './results.js'

const figure = (cell: Cell | undefined): string => {
  if (cell === undefined) return ''
  if (cell === 'skipped') return '–'
  if (cell === 'failed') return '**✗**'
  return cell === 0 ? '0' : cell.toExponential(0)
}

const summary = (run: readonly Column[], results: Results): string[] =>
  run.map(({ backend, runsIn }) => {
    const { date = '', cells = {} } = results[backend] ?? {}
    const all = Object.values(cells)
    const numbers = all.filter((cell) => typeof cell === 'number')
    const count = (kind: Cell): number => all.filter((cell) => cell === kind).length
    return `| \`${backend}\` | ${runsIn} | ${numbers.length} | ${count('failed')} | ${count('skipped')} | ${figure(Math.max(...numbers))} | ${date} |`
  })

const matrix = (run: readonly Column[], results: Results): string[] => {
  const rows = [
    ...new Set(run.flatMap(({ backend }) => Object.keys(results[backend]?.cells ?? {}))),
  ]
  return rows.sort().map((row) => {
    const cells = run.map(({ backend }) => figure(results[backend]?.cells[row]))
    return `| \`${row}\` | ${cells.join(' | ')} |`
  })
}

/** The text of FEATURES.md. */
export const featuresDocument = (results: Results): string => {
  const run = columns.filter(({ backend }) => results[backend])
  const missing = columns.filter(({ backend }) => !results[backend])
  const names = missing.map(({ backend }) => `\`${backend}\``).join(', ')
  return `# Features

What runs where, how exactly, and what others have. Written by a command, which runs every case of the conformance suite on each backend, or on the one it is given, and keeps the results of the others:

\`\`\`sh
npm run features
npm run features -- --backend core-f64
\`\`\`

## Every backend

Files of float64 vectors, most of them printed by executed reference code, that pass, fail or are not offered, and the worst relative error of loss and gradients. WebGPU and WebGL were run on drivers in software.

| backend | runs in | pass | fail | not offered | worst | run |
|---|---|---|---|---|---|---|
${summary(run, results).join('\n')}
${missing.length > 0 ? `\nNot run whole yet: ${names}.\n` : ''}
## Every loss on every backend

The worst relative error over all cases of a file. 0: no difference, or none above the reference's own rounding. –: not offered there. **✗**: beyond the backend's tolerance, or an error. A name is that of a file in \`packages/conformance/vectors\`.

| vectors | ${run.map(({ title }) => title).join(' | ')} |
|---|${run.map(() => '---|').join('')}
${matrix(run, results).join('\n')}

\`arcface_near_singular\` has targets within 1e-4 of 0 and π, where float32 inputs and the reference itself have lost digits; \`edge_exact_collinear\` only asks for finite, bounded gradients.

## Beside other libraries

${comparison}

## Gaps on our side

${gaps.map((gap) => `* ${gap}`).join('\n')}
`
}
