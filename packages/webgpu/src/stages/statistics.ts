import type { Design } from '../head/design.js'
import { emit } from '../wgsl/emit.js'
import type { Kernel } from '../wgsl/module.js'
import { accessTo, declareInputs } from '../wgsl/scope.js'

const reducers = {
  mean: 'total / count',
  std: 'sqrt(squares / max(count - 1, 1))',
  lowerMedian: 'median',
} as const

/** Statistics of the batch and the next state, one thread: the rows are few, and their order fixes the result. */
export const batchStatistics = (design: Design): Kernel => {
  const { batch, state } = design.resolved
  const { slot, scalar, table } = accessTo(design)
  const statistics = Object.entries(batch).map(([name, { reduce, of }]) => {
    const { statements, results } = emit([of])
    return `{
    var total = 0f;
    for (var row = 0u; row < size.rows; row++) {
      let column = i32(${table('row column')});
      ${declareInputs(design, [of], 'row')}
      ${statements}
      ${slot('scratch')} = ${results[0]};
      if (column >= 0) { total += ${results[0]}; }
    }
    let mean = total / max(count, 1);
    var squares = 0f;
    var median = 0f;
    for (var row = 0u; row < size.rows; row++) {
      if (${table('row column')} < 0) { continue; }
      let value = ${slot('scratch')};
      squares += (value - mean) * (value - mean);
      var rank = 0u;
      for (var i = 0u; i < size.rows; i++) {
        let less = (${slot('scratch', 'i')} < value) | ((${slot('scratch', 'i')} == value) & (i < row));
        if ((${table('row column', 'i')} >= 0) & less) { rank += 1u; }
      }
      if (rank == u32(count - 1) / 2u) { median = value; }
    }
    ${slot(`batch ${name}`, '0u')} = select(0f, ${reducers[reduce]}, count > 0);
  }`
  })
  const next = Object.entries(state).map(([name, variable]) => [name, variable.next] as const)
  const formulas = next.map(([, formula]) => formula)
  const { statements, results } = emit(formulas)
  const finite = results.map((result) => `((bitcast<u32>(${result}) & 0x7fffffffu) < 0x7f800000u)`)
  const moves =
    next.length === 0
      ? ''
      : `
  ${declareInputs(design, formulas, 'step')}
  ${statements}
  // A value that would not be finite leaves the state as it was.
  if ((count > 0) & (${scalar('is training')} > 0) & ${finite.join(' & ')}) {
    ${next.map(([name], index) => `${slot(`state ${name}`, '0u')} = ${results[index]};`).join('\n    ')}
  }`
  return {
    name: 'batch_statistics',
    bindings: { inputs: 'read f32', rows: 'write f32' },
    threads: 1,
    body: `
  let count = ${scalar('batchSize')};
  ${statistics.join('\n')}
  ${moves}`,
  }
}
