/** One file of vectors on one backend: the worst relative error of loss, rows and gradients; whether it is not offered; whether it failed. */
export type Cell = number | 'skipped' | 'failed'

/** What `npm run conformance` printed about one backend, by file of vectors. */
export const readReport = (output: string): Readonly<Record<string, Cell>> => {
  const cells: Record<string, Cell> = {}
  for (const line of output.split('\n')) {
    const [name = ''] = line.split(' ')
    const errors = [...line.matchAll(/ (?:loss|rows|grad_x|grad_W) +([\d.e+-]+|Infinity)/g)]
    if (/^\w+ +skipped: /.test(line)) cells[name] = 'skipped'
    else if (/^\w+ +\d+ cases /.test(line))
      cells[name] = line.endsWith('pass')
        ? Math.max(...errors.map(([, value]) => Number(value)))
        : 'failed'
  }
  return cells
}
