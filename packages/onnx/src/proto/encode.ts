import { toBinary } from '@bufbuild/protobuf'
import { ModelError } from '../errors.js'
import { type Fields, messageOf } from './message.js'
import type { Draft, ModelProto } from './model.js'
import { schemaOf } from './schema.js'

/** Protocol buffers cannot hold more; weights beyond belong into external data. */
const maximumBytes = 2 ** 31 - 1

/**
 * Writes a model as the bytes of an .onnx file.
 *
 * @param model the model; fields left out keep their defaults, which the format does not write.
 * @throws ModelError when a field has the wrong type, or the file would exceed 2 GiB: keep weights as external data then.
 */
export const encodeModel = (model: Draft<ModelProto>): Uint8Array<ArrayBuffer> => {
  const schema = schemaOf('ModelProto')
  let bytes: Uint8Array<ArrayBuffer>
  try {
    bytes = toBinary(schema, messageOf(schema, model as Fields))
  } catch (error) {
    throw new ModelError(`the model cannot be written: ${(error as Error).message}`, {
      argument: 'model',
    })
  }
  if (bytes.length > maximumBytes) {
    throw new ModelError(`the model has ${bytes.length} bytes; allowed: ${maximumBytes}`, {
      argument: 'model',
      value: bytes.length,
      allowed: `at most ${maximumBytes} bytes; weights may be external data`,
    })
  }
  return bytes
}
