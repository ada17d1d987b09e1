import { fromBinary } from '@bufbuild/protobuf'
import { ModelError } from '../errors.js'
import type { ModelProto } from './model.js'
import { schemaOf } from './schema.js'

/** A model that has been read: it has a graph. */
export type DecodedModel = ModelProto & Required<Pick<ModelProto, 'graph'>>

/** Graphs within graphs, each through a node and an attribute. Far beyond any real model, far below the stack's end. */
const recursionLimit = 256

const refuse = (problem: string): never => {
  const allowed = 'the bytes of an ONNX file'
  throw new ModelError(`the model ${problem}; allowed: ${allowed}`, { argument: 'model', allowed })
}

/**
 * Reads the bytes of an .onnx file. Tensors are views into them: nothing is copied.
 *
 * @param bytes the whole file.
 * @returns the model with its graph; external data stay where they are.
 * @throws ModelError when the bytes are not an ONNX model.
 */
export const decodeModel = (bytes: Uint8Array): DecodedModel => {
  if (!(bytes instanceof Uint8Array)) refuse('is not a Uint8Array')
  let model: ModelProto
  try {
    model = fromBinary(schemaOf('ModelProto'), bytes, { recursionLimit }) as unknown as ModelProto
  } catch (error) {
    return refuse(`cannot be read: ${(error as Error).message}`)
  }
  const { irVersion, graph, opsetImport } = model
  if (irVersion < 1n || opsetImport.length === 0) refuse('has no IR version or no operator set')
  if (graph === undefined) return refuse('has no graph')
  return { ...model, graph }
}
