import { type Expression, inputsOf } from '@arcmargin/core'
import { type Design, hyperparameters, refusalRow } from '../head/design.js'
import { emit } from '../wgsl/emit.js'
import type { Kernel } from '../wgsl/module.js'
import { accessTo, declareInputs } from '../wgsl/scope.js'

/** Row values that formulas of other classes use; those of `early` formulas are taken before the state moves on. */
const rowValuesOf = ({ resolved }: Design, formulas: readonly Expression[]): string[] => {
  const names = new Set(formulas.flatMap((formula) => [...inputsOf(formula)]))
  return Object.keys(resolved.row).filter((name) => names.has(name))
}

/** Stage 3 for the rows: the values that other classes' formulas use, the target's loss term, the row's regulariser. */
export const rowValues = (design: Design, when: 'early' | 'late'): Kernel => {
  const { derived, resolved, rowSums } = design
  const { slot, scalar, table } = accessTo(design)
  const { other, target, sample } = derived
  const users =
    when === 'early'
      ? Object.values(resolved.negatives).flatMap(({ of, counts }) => [of, counts])
      : [other.value, other.slope, other.weightNorm, ...Object.values(rowSums)]
  const names = rowValuesOf(design, users)
  const outputs: readonly (readonly [string, Expression])[] = [
    ...names.map((name) => [`row ${name}`, resolved.row[name] as Expression] as const),
    ...(when === 'late' ? [['term', target.value] as const] : []),
    ...(when === 'late' && sample ? [['sample', sample.value] as const] : []),
  ]
  const formulas = outputs.map(([, formula]) => formula)
  const { statements, results } = emit(formulas)
  // What the last kernels need of the inputs: it leaves them a binding, and lies in blocks of rows.
  const kept =
    when === 'late'
      ? `${slot('own')} = f32(column);
  ${slot('scale')} = ${table('row scale')};
  if (row == 0) { ${hyperparameters.map((name, index) => `${slot('hyper', `${index}u`)} = ${scalar(name)};`).join(' ')} ${slot('hyper', refusalRow)} = 0; }`
      : ''
  return {
    name: `row_values_${when}`,
    bindings: { inputs: 'read f32', rows: 'write f32' },
    threads: 16,
    body: `
  let row = id.x;
  if (row >= size.padded) { return; }
  let column = i32(${table('row column')});
  ${kept}
  ${declareInputs(design, formulas, 'row')}
  ${statements}
  ${outputs.map(([name], index) => `${slot(name)} = ${results[index]};`).join('\n  ')}`,
  }
}

/** Margins that were not given are drawn around their means; noise comes with the inputs. Two kernels, since ranks need all draws. */
export const drawMargins = (design: Design): readonly Kernel[] => {
  const { slot, table, scalar } = accessTo(design)
  const draws = Object.entries(design.resolved.draws)
  const kernel = (name: string, body: string): Kernel => ({
    name,
    bindings: { inputs: 'read f32', rows: 'write f32' },
    threads: 16,
    body: `
  let row = id.x;
  if (row >= size.rows) { return; }
  let column = i32(${table('row column')});
  ${body}`,
  })
  const drawn = kernel(
    'draw_margins',
    draws
      .map(([name, { mean, std }]) => {
        const { statements, results } = emit([mean, std])
        return `{
    ${declareInputs(design, [mean, std], 'row')}
    ${statements}
    let noise = ${table(`noise ${name}`)};
    ${slot(`draw ${name}`)} = select(${results[0]} + ${results[1]} * noise, noise, ${scalar(`given ${name}`)} > 0);
    ${slot(`drawn ${name}`)} = ${slot(`draw ${name}`)};
  }`
      })
      .join('\n'),
  )
  const matched = draws.filter(([, { rankMatched }]) => rankMatched)
  if (matched.length === 0) return [drawn]
  const ranks = kernel('match_ranks', matched.map(([name]) => match(design, name)).join('\n'))
  return [drawn, ranks]
}

/** The rank of a row's target cosine from above is that of its margin from below; rows that do not count keep what they drew. */
const match = (design: Design, name: string): string => {
  const { slot, table, scalar } = accessTo(design)
  const raw = (row: string): string => slot(`drawn ${name}`, row)
  const cosine = (row: string): string => slot('cosTheta', row)
  const counts = (row: string): string => `(${table('row column', row)} >= 0)`
  return `if ((column >= 0) & (${scalar(`given ${name}`)} == 0)) {
    var rank = 0u;
    for (var i = 0u; i < size.rows; i++) {
      let before = (${cosine('i')} > ${cosine('row')}) | ((${cosine('i')} == ${cosine('row')}) & (i < row));
      if (${counts('i')} & before) { rank += 1u; }
    }
    for (var i = 0u; i < size.rows; i++) {
      var smaller = 0u;
      for (var j = 0u; j < size.rows; j++) {
        let less = (${raw('j')} < ${raw('i')}) | ((${raw('j')} == ${raw('i')}) & (j < i));
        if (${counts('j')} & less) { smaller += 1u; }
      }
      if (${counts('i')} & (smaller == rank)) { ${slot(`draw ${name}`)} = ${raw('i')}; }
    }
  }`
}
