import {
  create,
  type DescField,
  type DescMessage,
  type Message,
  toBinary,
} from '@bufbuild/protobuf'
import { ModelError } from '../errors.js'
import type { Draft, ModelProto } from './model.js'
import { schemaOf } from './schema.js'

/** Protocol buffers cannot hold more; weights beyond belong into external data. */
const maximumBytes = 2 ** 31 - 1

type Fields = Readonly<Record<string, unknown>>

const messageIn = (field: DescField): DescMessage | undefined =>
  field.fieldKind === 'message' || field.fieldKind === 'list' ? field.message : undefined

const contentOf = (field: DescField, value: unknown): unknown => {
  const inner = messageIn(field)
  if (field.fieldKind !== 'list') return inner ? messageOf(inner, value as Fields) : value
  const items = Array.from(value as Iterable<unknown>)
  return inner ? items.map((item) => messageOf(inner, item as Fields)) : items
}

/** A message as the library wants it, from plain data. Fields that reading did not know are carried over. */
const messageOf = (schema: DescMessage, plain: Fields): Message => {
  const message = create(schema)
  const target = message as Message & Record<string, unknown>
  for (const member of schema.members) {
    const { [member.localName]: value } = plain
    if (value === undefined) continue
    if (member.kind === 'field') target[member.localName] = contentOf(member, value)
    else {
      const chosen = value as { readonly case?: string; readonly value?: unknown }
      const field = member.fields.find((one) => one.localName === chosen.case)
      if (field) {
        target[member.localName] = { case: chosen.case, value: contentOf(field, chosen.value) }
      }
    }
  }
  const { $unknown } = plain as Message
  if ($unknown) message.$unknown = $unknown
  return message
}

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
