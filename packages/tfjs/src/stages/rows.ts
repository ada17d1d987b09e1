import { nextRows } from '@arcmargin/core/backend'
import type { Plan } from '../head/plan.js'
import { hostScales } from '../head/step.js'

/** Parameters that differ from row to row, because they are given by samples or by classes. */
export const rowParameters = ({ scopes, known }: Plan): string[] =>
  Object.keys(known).filter((name) => (scopes[name] ?? 'scalar') !== 'scalar')

/** Parameters that are the same for every row and class. */
export const numbersOf = (plan: Plan): Readonly<Record<string, number>> => {
  const ofRows = rowParameters(plan)
  return Object.fromEntries(
    Object.entries(plan.known).filter(([name]) => !ofRows.includes(name)),
  ) as Record<string, number>
}

/** [N, 3 + parameters]: column of the label, or -1; share in the loss; the next row of the same class, or -1; parameters. */
export const rowTable = (plan: Plan): { readonly values: Float32Array; readonly width: number } => {
  const { scopes, known, rows } = plan
  const labels = plan.labels as Int32Array
  const scales = hostScales(plan) as Float32Array
  const columns = [
    labels,
    scales,
    nextRows(labels),
    ...rowParameters(plan).map((name) => {
      const table = known[name] as ArrayLike<number>
      return scopes[name] === 'perSample'
        ? table
        : Array.from(labels, (label) => table[Math.max(label, 0)] as number)
    }),
  ]
  const width = columns.length
  const values = new Float32Array(rows * width)
  for (let row = 0; row < rows; row++) {
    for (const [index, column] of columns.entries()) {
      values[row * width + index] = column[row] as number
    }
  }
  return { values, width }
}

/** [count] a row of each class of a block, from which `rowTable` leads to the others, or -1; undefined where no row is in the block. */
export const firstRows = (
  { labels }: Plan,
  start: number,
  count: number,
): Float32Array | undefined => {
  const own = labels as Int32Array
  const first = new Float32Array(count).fill(-1)
  let found = false
  for (let row = own.length - 1; row >= 0; row--) {
    const lane = (own[row] as number) - start
    if (lane < 0 || lane >= count) continue
    first[lane] = row
    found = true
  }
  return found ? first : undefined
}
