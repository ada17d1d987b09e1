import { create, type DescField, type DescMessage, type Message } from '@bufbuild/protobuf'
import type { MessageName } from './fields.js'
import type {
  AttributeProto,
  Draft,
  GraphProto,
  ModelProto,
  NodeProto,
  TensorProto,
  ValueInfoProto,
} from './model.js'
import { schemaOf } from './schema.js'

/** A message by its camel-case names; fields may be missing. */
export type Fields = Readonly<Record<string, unknown>>

const messageIn = (field: DescField): DescMessage | undefined =>
  field.fieldKind === 'message' || field.fieldKind === 'list' ? field.message : undefined

const contentOf = (field: DescField, value: unknown): unknown => {
  const inner = messageIn(field)
  if (field.fieldKind !== 'list') return inner ? messageOf(inner, value as Fields) : value
  const items = Array.from(value as Iterable<unknown>)
  return inner ? items.map((item) => messageOf(inner, item as Fields)) : items
}

/** A message as the library wants it, from plain data. Fields that reading did not know are carried over. */
export const messageOf = (schema: DescMessage, plain: Fields): Message => {
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

/** The messages that are made here and there. */
interface Messages {
  readonly ModelProto: ModelProto
  readonly GraphProto: GraphProto
  readonly NodeProto: NodeProto
  readonly AttributeProto: AttributeProto
  readonly TensorProto: TensorProto
  readonly ValueInfoProto: ValueInfoProto
}

/** A whole message from a draft: what it leaves out becomes `''`, `0`, `[]` or absent, as after reading. */
export const completed = <Name extends MessageName & keyof Messages>(
  name: Name,
  draft: Draft<Messages[Name]>,
): Messages[Name] => messageOf(schemaOf(name), draft as Fields) as unknown as Messages[Name]
