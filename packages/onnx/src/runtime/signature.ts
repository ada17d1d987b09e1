import { type Loss, lossFromJson } from '@arcmargin/core'
import { ModelError } from '../errors.js'
import { dataTypeName } from '../proto/data-type.js'
import { decodeModel } from '../proto/decode.js'
import { type KnownTensor, tensorNamed } from '../surgery/tensor-type.js'

/** An input or output of a graph. */
export interface Port {
  readonly name: string
  /** Name of the element type, e.g. `float`. */
  readonly type: string
  /** Lengths; a name for one that is known when the graph runs. */
  readonly shape: readonly (number | string | undefined)[]
}

/** What goes in and out of a training step. */
export interface Signature {
  readonly loss: Loss
  /** Inputs that come anew with every batch. */
  readonly batch: readonly Port[]
  /** Inputs whose next value is an output, `<name>.next`. */
  readonly kept: readonly Port[]
  /** Names of the outputs that are not kept: the loss, accuracy, gradients. */
  readonly results: readonly string[]
}

const port = (name: string, { elementType = 0, shape = [] }: KnownTensor): Port => ({
  name,
  type: dataTypeName(elementType),
  shape,
})

/**
 * Reads what a training step takes and gives.
 *
 * @throws ModelError when the bytes are not a model, or one that trains nothing.
 */
export const signatureOf = (model: Uint8Array): Signature => {
  const { graph, metadataProps } = decodeModel(model)
  const outputs = graph.output.map(({ name }) => name)
  const constants = new Set(graph.initializer.map(({ name }) => name))
  const inputs = graph.input
    .filter(({ name }) => !constants.has(name))
    .map(({ name }) => port(name, tensorNamed(graph, name)))
  const kept = inputs.filter(({ name }) => outputs.includes(`${name}.next`))
  const json = metadataProps.find(({ key }) => key === 'arcmargin.loss')?.value
  if (json === undefined || !kept.some(({ name }) => name === 'classWeights')) {
    const allowed = 'a graph of exportTrainingStep, alone or behind a backbone'
    throw new ModelError(`the model is not a training step; allowed: ${allowed}`, {
      argument: 'model',
      allowed,
    })
  }
  return {
    loss: lossFromJson(json),
    batch: inputs.filter((input) => !kept.includes(input)),
    kept,
    results: outputs.filter((name) => !kept.some((one) => `${one.name}.next` === name)),
  }
}
