import { decodeModel, ModelError, type ValueInfoProto } from '@arcmargin/onnx'
import { shapeOf } from './drawing.js'

/** An output of a visitor's model that a head may go behind. */
interface Candidate {
  readonly name: string
  /** In words. */
  readonly shape: string
  /** D; undefined where the model does not say. */
  readonly dimension: number | undefined
}

/** A visitor's model. */
export interface Backbone {
  readonly title: string
  readonly bytes: Uint8Array
  readonly candidates: readonly Candidate[]
}

/** The lengths after the first, multiplied. */
const dimensionOf = ({ type }: ValueInfoProto): number | undefined => {
  if (type?.value.case !== 'tensorType') return undefined
  const lengths = type.value.value.shape?.dim.slice(1) ?? []
  if (lengths.length === 0 || lengths.some(({ value }) => value.case !== 'dimValue'))
    return undefined
  return lengths.reduce((product, { value }) => product * Number(value.value), 1)
}

/**
 * Reads a model.
 *
 * @throws ModelError when it is none, or has no output.
 */
export const readBackbone = (title: string, bytes: Uint8Array): Backbone => {
  const { graph } = decodeModel(bytes)
  const candidates = graph.output.map((value) => ({
    name: value.name,
    shape: shapeOf(value),
    dimension: dimensionOf(value),
  }))
  if (candidates.length > 0) return { title, bytes, candidates }
  throw new ModelError('the model has no output', { argument: 'model' })
}
