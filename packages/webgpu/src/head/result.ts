import { derivative, NonFiniteError } from '@arcmargin/core'
import { classEnvironment, evaluateRows } from '@arcmargin/core/backend'
import type { LossState } from '@arcmargin/core/head'
import type { GradientResult, PassResult } from './batch.js'
import type { Design } from './design.js'
import type { Inputs } from './inputs.js'

/** What the device yields for a pass: the values of the rows by slot, and the flags. */
export interface Readback {
  readonly padded: number
  readonly rows: Float32Array
  readonly flags: Uint32Array
  /** [parameters, columns] slopes of other logits by parameters of their class, after a pass with gradients. */
  readonly classSlopes: Float32Array
}

/** What the kernels found not to be finite; the weights have not been changed then. */
export const findFault = (
  { loss, subCenters }: Design,
  flags: Uint32Array,
): NonFiniteError | undefined => {
  const fault = (flag: number, argument: string, allowed: string, width = 1) => {
    const found = flags[flag]
    if (!found) return undefined
    const row = Math.floor((0xffffffff - found) / width)
    return new NonFiniteError('is not finite', { argument, row, allowed })
  }
  const { name } = loss.definition
  return (
    fault(0, 'embeddings', 'finite numbers') ??
    fault(1, 'classWeights', 'finite numbers', subCenters) ??
    fault(2, 'losses', `formulas of ${name} that are finite at the angle and norms of the row`)
  )
}

const slotOf = (design: Design, { rows, padded }: Readback, name: string): Float32Array => {
  const start = design.slots.indexOf(name) * padded
  return rows.subarray(start, start + padded)
}

/** The state after a pass. */
const stateOf = (design: Design, readback: Readback): LossState =>
  Object.fromEntries(
    Object.keys(design.resolved.state).map((name) => [
      name,
      slotOf(design, readback, `state ${name}`)[0] as number,
    ]),
  )

/** Brings the rows' values together, in float64. */
export const passResult = (design: Design, inputs: Inputs, readback: Readback): PassResult => {
  const { resolved, derived } = design
  const { columnOf, rowScale, columns } = inputs
  const read = (name: string): Float32Array => slotOf(design, readback, name)
  const [rowLosses, regularizers, best, angles] = [
    read('loss'),
    read('sample'),
    read('best'),
    read('theta'),
  ]
  const classwise = resolved.reduction === 'classwise'
  let [total, regularization, counted, right] = [0, classRegularizer(design, inputs), 0, 0]
  const losses = new Float64Array(columnOf.length)
  columnOf.forEach((column, row) => {
    if (column < 0) return
    const scale = rowScale[row] as number
    const own = derived.sample ? (regularizers[row] as number) : 0
    losses[row] = (rowLosses[row] as number) + own
    regularization += scale * own
    total += classwise ? (rowLosses[row] as number) : scale * (rowLosses[row] as number)
    counted++
    if (best[row] === column) right++
  })
  if (classwise) total += read('repel').reduce((sum, part) => sum + part, 0) / columns
  return {
    loss: total + regularization,
    losses: classwise ? new Float64Array(0) : losses,
    regularization,
    accuracy: counted === 0 ? 0 : right / counted,
    targetAngles: Float64Array.from(columnOf, (column, row) =>
      column < 0 ? Number.NaN : (angles[row] as number),
    ),
    state: Object.keys(resolved.state).length > 0 ? stateOf(design, readback) : {},
  }
}

/** Mean over the classes; it concerns parameters alone, so the host has it. */
const classRegularizer = ({ resolved }: Design, { parameters }: Inputs): number => {
  if (!resolved.classRegularizer) return 0
  const environment = classEnvironment(parameters)
  const [values] = evaluateRows([resolved.classRegularizer], environment)
  return (values ?? new Float64Array()).reduce((sum, value) => sum + value, 0) / environment.rows
}

/** d loss / d parameter from the rows' parts and the regulariser of the classes. */
export const parameterGradients = (
  design: Design,
  inputs: Inputs,
  readback: Readback,
): GradientResult['gradients']['parameters'] => {
  const { classSlopes } = readback
  const { loss, resolved, parameterNames, classSums } = design
  const { columnOf, labels, parameters, columns, subset } = inputs
  const environment = classEnvironment(parameters)
  const gradientOf = (name: string): number | Float64Array => {
    const values = slotOf(design, readback, `parameter ${name}`)
    const scope = loss.parameters[name]
    if (scope === 'perSample') return Float64Array.from(values.subarray(0, columnOf.length))
    const others = Object.keys(classSums).indexOf(name)
    const [slopes] = resolved.classRegularizer
      ? evaluateRows([derivative(resolved.classRegularizer, name)], environment)
      : []
    const sums = Float64Array.from(
      { length: environment.rows },
      (_, label) => (slopes?.[label] ?? 0) / environment.rows,
    )
    columnOf.forEach((column, row) => {
      const label = labels[row] as number
      if (column >= 0) sums[label] = (sums[label] as number) + (values[row] as number)
    })
    for (let column = 0; others >= 0 && column < columns; column++) {
      const label = subset ? (subset[column] as number) : column
      sums[label] = (sums[label] as number) + (classSlopes[others * columns + column] as number)
    }
    return scope === 'perClass' ? sums : sums.reduce((sum, value) => sum + value, 0)
  }
  return Object.fromEntries(parameterNames.map((name) => [name, gradientOf(name)]))
}
