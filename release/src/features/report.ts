/** What the conformance suite says about one file of vectors on one backend. */
export type Cell = { readonly error: number } | { readonly skipped: string }

/** The report of `npm run conformance`, by file: the worst of the errors of loss, rows and gradients. */
export const readReport = (output: string): ReadonlyMap<string, Cell> => {
  const cells = new Map<string, Cell>()
  for (const line of output.split('\n')) {
    const [name = ''] = line.split(' ')
    const skipped = / skipped: (.*)$/.exec(line)?.[1]
    if (skipped !== undefined) cells.set(name, { skipped })
    const errors = [...line.matchAll(/ (?:loss|rows|grad_x|grad_W) +([\d.e+-]+)/g)]
    if (/ cases /.test(line) && errors.length > 0)
      cells.set(name, { error: Math.max(...errors.map(([, value]) => Number(value))) })
  }
  return cells
}
