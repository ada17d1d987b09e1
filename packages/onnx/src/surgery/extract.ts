import { ModelError } from '../errors.js'
import { decodeModel } from '../proto/decode.js'
import { encodeModel } from '../proto/encode.js'
import { makeTensorValueInfo } from '../proto/make.js'
import { completed } from '../proto/message.js'
import type { GraphProto, NodeProto, ValueInfoProto } from '../proto/model.js'
import { constantsOf, readsOf } from './names.js'
import { declarationOf, tensorNamed } from './tensor-type.js'

/** How {@link extractEmbedding} cuts. */
export interface ExtractOptions {
  /** Name of the tensor that becomes the only output. */
  readonly embedding: string
  /** D, where the model does not declare the tensor's shape; it is then taken for float32 of shape [N, D]. */
  readonly dimension?: number
}

/** Keeps what is needed for one value: nodes in their order, and all names that are read. */
const needed = (graph: GraphProto, name: string): { nodes: NodeProto[]; names: Set<string> } => {
  const names = new Set([name])
  const nodes = [...graph.node].reverse().filter((node) => {
    if (!node.output.some((one) => names.has(one))) return false
    for (const read of readsOf(node)) names.add(read)
    return true
  })
  return { nodes: nodes.reverse(), names }
}

const undeclared = (name: string, dimension: number | undefined): ValueInfoProto => {
  if (dimension === undefined || !Number.isSafeInteger(dimension) || dimension < 1) {
    throw new ModelError(
      `dimension must be given, as the model does not declare the shape of ${name} (got ${dimension}); allowed: a whole number from 1`,
      { argument: 'dimension', value: dimension, allowed: 'a whole number from 1' },
    )
  }
  return completed('ValueInfoProto', makeTensorValueInfo(name, ['batch', dimension]))
}

/**
 * Cuts a model at a tensor: the result computes this tensor and nothing else. It takes a classifier's head off, or a
 * training step's, and leaves the backbone.
 *
 * @param model bytes of an .onnx file.
 * @returns bytes of a model whose only output is the tensor, with the inputs, weights and nodes that it needs.
 * @throws ModelError when the bytes are not a model, it has no such tensor, or the tensor's shape is not known.
 */
export const extractEmbedding = (
  model: Uint8Array,
  { embedding, dimension }: ExtractOptions,
): Uint8Array<ArrayBuffer> => {
  const whole = decodeModel(model)
  const { graph } = whole
  const { shape } = tensorNamed(graph, embedding)
  const output = shape ? declarationOf(graph, embedding)! : undeclared(embedding, dimension)
  const { nodes, names } = needed(graph, embedding)
  const kept = <Item extends { readonly name: string }>(items: readonly Item[]) =>
    items.filter(({ name }) => names.has(name))
  const produced = new Set(nodes.flatMap((node) => node.output))
  const cut: GraphProto = {
    ...graph,
    node: nodes,
    input: kept(graph.input),
    output: [output],
    initializer: kept(graph.initializer),
    sparseInitializer: graph.sparseInitializer.filter(({ values }) =>
      names.has(values?.name ?? ''),
    ),
    valueInfo: graph.valueInfo.filter(({ name }) => name !== embedding && produced.has(name)),
    quantizationAnnotation: graph.quantizationAnnotation.filter(({ tensorName }) =>
      names.has(tensorName),
    ),
  }
  const missing = [...names].find(
    (name) =>
      !produced.has(name) &&
      !cut.input.some((one) => one.name === name) &&
      !constantsOf(cut).includes(name),
  )
  if (missing !== undefined) {
    throw new ModelError(`the model reads ${missing}, which nothing in it computes`, {
      argument: 'model',
      value: missing,
    })
  }
  const training = { trainingInfo: [] }
  return encodeModel({ ...whole, ...training, graph: cut })
}
