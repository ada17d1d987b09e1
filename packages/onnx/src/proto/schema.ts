import { create, createFileRegistry, type DescMessage } from '@bufbuild/protobuf'
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt'
import { type MessageName, messages } from './fields.js'

const scalars: Readonly<Record<string, FieldDescriptorProto_Type>> = {
  int32: FieldDescriptorProto_Type.INT32,
  int64: FieldDescriptorProto_Type.INT64,
  uint64: FieldDescriptorProto_Type.UINT64,
  float: FieldDescriptorProto_Type.FLOAT,
  double: FieldDescriptorProto_Type.DOUBLE,
  string: FieldDescriptorProto_Type.STRING,
  bytes: FieldDescriptorProto_Type.BYTES,
}

/** A field of a descriptor from its line, e.g. `repeated NodeProto node = 1`. */
const fieldOf = (line: string) => {
  const { label, kind, name, number } =
    /^(?:(?<label>repeated|oneof) )?(?<kind>\w+) (?<name>\w+) = (?<number>\d+)$/.exec(line)
      ?.groups ?? {}
  const scalar = scalars[kind!]
  return {
    name: name!,
    number: Number(number),
    label:
      label === 'repeated'
        ? FieldDescriptorProto_Label.REPEATED
        : FieldDescriptorProto_Label.OPTIONAL,
    ...(label === 'oneof' ? { oneofIndex: 0 } : {}),
    ...(scalar === undefined
      ? { type: FieldDescriptorProto_Type.MESSAGE, typeName: `.onnx.${kind}` }
      : { type: scalar }),
  }
}

const build = () =>
  createFileRegistry(
    create(FileDescriptorProtoSchema, {
      name: 'onnx.proto',
      package: 'onnx',
      syntax: 'proto3',
      messageType: Object.entries(messages).map(([name, lines]) => ({
        name,
        field: lines.map(fieldOf),
        oneofDecl: lines.some((line) => line.startsWith('oneof')) ? [{ name: 'value' }] : [],
      })),
    }),
    () => undefined,
  )

let registry: ReturnType<typeof build> | undefined

/** The descriptor of a message; all of them are built at the first call, so that importing this file computes nothing. */
export const schemaOf = (name: MessageName): DescMessage => {
  registry ??= build()
  return registry.getMessage(`onnx.${name}`)!
}
