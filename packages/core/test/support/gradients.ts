import { type HeadOptions, marginLoss } from '../../src/head/index.js'
import { denseHead, type Memory } from './dense.js'
import { difference, differences } from './differences.js'
import type { Problem } from './problem.js'

/** How far the head is from the dense implementation and from its central differences. */
export interface GradientErrors {
  /** Of the loss and the logits, relative. */
  readonly values: number
  /** Of the gradients by embeddings, class weights and parameters, row by row, relative to the row's length. */
  readonly slopes: Readonly<Record<string, number>>
  /** Largest difference between two step sizes over the length of the gradient: not small where a kink is near. */
  readonly doubt: number
}

/** Largest |a - b| in each row over the length of b's row; short rows count as a hundredth of the longest. */
const rowErrors = (a: ArrayLike<number>, b: Float64Array, width: number): number => {
  const starts = Array.from({ length: b.length / width }, (_, row) => row * width)
  const lengths = starts.map((start) => Math.hypot(...b.subarray(start, start + width)))
  const least = 1e-2 * Math.max(...lengths)
  const errors = starts.flatMap((start, row) =>
    Array.from(b.subarray(start, start + width), (value, d) => {
      const scale = Math.max(lengths[row] as number, least)
      const error = Math.abs((a[start + d] as number) - value)
      return error === 0 ? 0 : error / scale
    }),
  )
  return errors.reduce((worst, error) => (error > worst || Number.isNaN(error) ? error : worst), 0)
}

/** Parameters whose slope can be measured and is asked for: not whole numbers, not behind a draw or the pooling. */
const measurable = ({ loss, parameters }: Problem): string[] => {
  const { definition } = loss
  const closed = [
    ...Object.values(definition.draws ?? {}).flatMap(({ mean, std }) => [mean, std]),
    definition.pooling?.temperature,
  ]
  return Object.keys(parameters).filter(
    (name) => !definition.parameters[name]?.integer && !closed.includes(name),
  )
}

/** Compares the head's result with central differences of the dense one; the state is passed in and frozen. */
export const gradientErrors = (problem: Problem, options: HeadOptions = {}): GradientErrors => {
  const { loss, batch, parameters, state } = problem
  const names = measurable(problem)
  const found = marginLoss(loss, batch, {
    ...options,
    state,
    parameters,
    training: false,
    logits: true,
    gradients: { embeddings: true, classWeights: true, parameters: names },
  })
  const memory: Memory = new Map()
  const expected = denseHead(problem, options, memory)
  const measure = (): number => denseHead(problem, options, memory).loss
  const { dimension } = batch
  const slopes: Record<string, number> = {}
  let doubt = 0
  const compare = (
    name: string,
    gradient: ArrayLike<number>,
    values: Float64Array,
    width: number,
  ) => {
    const measured = differences(measure, values)
    slopes[name] = rowErrors(gradient, measured.slopes, width)
    const longest = Math.hypot(...measured.slopes)
    doubt = Math.max(doubt, Math.max(...measured.doubts) / (longest || 1))
  }
  compare('embeddings', found.gradients.embeddings ?? [], batch.embeddings, dimension)
  compare('classWeights', found.gradients.classWeights ?? [], batch.classWeights, dimension)
  for (const name of names) {
    const value = parameters[name] as number | Float64Array
    const gradient = found.gradients.parameters[name]
    if (typeof value !== 'number') {
      compare(name, gradient as Float64Array, value, value.length)
      continue
    }
    const at = (changed: number): number =>
      denseHead({ ...problem, parameters: { ...parameters, [name]: changed } }, options, memory)
        .loss
    const measured = difference(at, value)
    const scale = Math.max(1, Math.abs(measured.slope))
    slopes[name] = Math.abs((gradient as number) - measured.slope) / scale
    doubt = Math.max(doubt, measured.doubt / scale)
  }
  const logits = expected.logits.flatMap((row, index) =>
    row.map((value, label) => {
      const logit = found.logits?.[index * row.length + label] as number
      return Math.abs(logit - value) / Math.max(1, Math.abs(value))
    }),
  )
  const value = Math.abs(found.loss - expected.loss) / Math.max(1, Math.abs(expected.loss))
  return { values: Math.max(value, ...logits), slopes, doubt }
}
