import type { Loss } from '@arcmargin/core'
import {
  type AttributeProto,
  dataTypeName,
  exportLoss,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from '@arcmargin/onnx'

/** The whole loss as an ONNX model: embeddings of 512 numbers, any number of rows and classes. */
export const onnxOf = (loss: Loss) => exportLoss(loss, { dimension: 512 })

/** A type as `float[batch,512]`. */
const typeOf = ({ type }: ValueInfoProto): string => {
  if (type?.value.case !== 'tensorType') return '?'
  const { elemType, shape } = type.value.value
  const lengths = shape?.dim.map(({ value }) => (value.case === undefined ? '?' : `${value.value}`))
  return `${dataTypeName(elemType)}[${lengths?.join(',') ?? '?'}]`
}

const most = 8

/** The first values of a constant. */
const valuesOf = ({ dataType, rawData, floatData, int64Data }: TensorProto): string => {
  const bytes = rawData.slice().buffer
  const kind = dataTypeName(dataType)
  const raw =
    kind === 'int64' ? new BigInt64Array(bytes) : kind === 'float' ? new Float32Array(bytes) : []
  const values = [...raw, ...floatData, ...int64Data]
  const shown = values.slice(0, most).map(String)
  return values.length > most ? `${shown.join(', ')}, …` : shown.join(', ')
}

const attributeOf = (attribute: AttributeProto, indent: string): string => {
  const { name, g, ints, i, s, type } = attribute
  if (g) return `${name} = ${graphLines(g, `${indent}  `).join('\n')}`
  if (type === 3) return `${name} = "${new TextDecoder().decode(s)}"`
  return `${name} = ${type === 7 ? `[${ints.join(', ')}]` : i}`
}

const nodeLine = ({ opType, input, output, attribute }: NodeProto, indent: string): string => {
  const attributes = attribute.map((one) => attributeOf(one, indent)).join(', ')
  const settings = attributes === '' ? '' : ` <${attributes}>`
  return `${indent}${output.join(', ')} = ${opType}${settings} (${input.join(', ')})`
}

const graphLines = (graph: GraphProto, indent: string): string[] => {
  const signature = (values: readonly ValueInfoProto[]): string =>
    values.map((value) => `${typeOf(value)} ${value.name}`).join(', ')
  return [
    `${graph.name.replace(/\W+/g, '_')} (${signature(graph.input)})`,
    `${indent}=> (${signature(graph.output)}) {`,
    ...graph.initializer.map(
      (one) =>
        `${indent}  ${dataTypeName(one.dataType)}[${one.dims.join(',')}] ${one.name} = {${valuesOf(one)}}`,
    ),
    ...graph.node.map((node) => nodeLine(node, `${indent}  `)),
    `${indent}}`,
  ]
}

/** An ONNX model in ONNX's own textual form; long constants are cut short. */
export const onnxText = (loss: Loss): string => {
  const { model } = onnxOf(loss)
  const opset = model.opsetImport.map(({ domain, version }) => `"${domain}": ${version}`).join(', ')
  return [
    `<ir_version: ${model.irVersion}, opset_import: [${opset}]>`,
    ...(model.graph ? graphLines(model.graph, '') : []),
  ].join('\n')
}
