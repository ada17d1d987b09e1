/** Reading and writing .onnx files, against a file that Python's onnx package wrote. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  attributeTypes,
  dataTypeName,
  dataTypes,
  decodeModel,
  encodeModel,
} from '../../src/index.js'

const bytes = new Uint8Array(readFileSync(new URL('../fixtures/every-field.onnx', import.meta.url)))
const model = decodeModel(bytes)
const { graph } = model
const text = (one: Uint8Array | undefined) => new TextDecoder().decode(one)

describe('decodeModel', () => {
  it('reads what Python wrote about the model', () => {
    expect(model.irVersion).toBe(8n)
    expect(model.producerName).toBe('fixture')
    expect(model.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([['', 17n]])
    expect(model.metadataProps.map(({ key, value }) => [key, value])).toEqual([['loss', 'none']])
    expect([graph.name, graph.docString]).toEqual(['every field', 'a graph'])
  })

  it('reads nodes and their attributes', () => {
    const [gemm, conditional, integers, strings, floats] = graph.node
    expect([gemm?.input, gemm?.output]).toEqual([['x', 'w', 'b'], ['outer']])
    expect([gemm?.name, gemm?.opType, gemm?.docString]).toEqual(['gemm', 'Gemm', 'a product'])
    expect(gemm?.attribute.map(({ name, type, f, i }) => [name, type, f, i])).toEqual([
      ['alpha', attributeTypes.float, 0.5, 0n],
      ['transB', attributeTypes.int, 0, 1n],
    ])
    expect(conditional?.attribute.map(({ g }) => g?.node[0]?.input)).toEqual([['outer'], ['outer']])
    expect(integers?.attribute[0]?.t?.int64Data).toEqual([-1n, 2n ** 62n])
    expect(strings?.attribute[0]?.strings.map(text)).toEqual(['größe', ''])
    expect(floats?.attribute[0]?.floats).toEqual([0, -1.5])
  })

  it('reads tensors, raw and as numbers', () => {
    const [w, b] = graph.initializer
    expect([w?.name, w?.dims, w?.dataType]).toEqual(['w', [2n, 3n], dataTypes.float])
    const { rawData } = w!
    expect([...new Float32Array(rawData.slice().buffer)]).toEqual([0, 0.25, 0.5, 0.75, 1, 1.25])
    expect([b?.name, b?.floatData]).toEqual(['b', [0.25, -8]])
  })

  it('reads types with symbolic, fixed and missing dimensions', () => {
    const dimensions = ({ type }: (typeof graph.input)[number]) =>
      type?.value.case === 'tensorType'
        ? type.value.value.shape?.dim.map(({ value }) => value.value)
        : 'no tensor'
    expect(graph.input.map(dimensions)).toEqual([['N', 3n], []])
    expect(graph.output.map(dimensions)).toEqual([['N', 2n]])
    expect(graph.output[0]?.docString).toBe('what comes out')
    const inner = graph.node[1]?.attribute[0]?.g?.output[0]
    expect(inner && dimensions(inner)).toBe(undefined)
  })
})

describe('encodeModel', () => {
  it('writes what it read', () => {
    const again = encodeModel(model)
    expect(decodeModel(again)).toEqual(model)
    expect(encodeModel(decodeModel(again))).toEqual(again)
  })

  it('keeps fields of newer versions, at any depth', () => {
    const node = [10, 1, 97, 74, 2, 10, 0] // input "a"; metadata_props, number 9
    const graphBytes = [10, node.length, ...node, 130, 1, 0] // a node; metadata_props, number 16
    const head = [8, 9, 66, 2, 16, 21, 58, graphBytes.length]
    const newer = Uint8Array.from([...head, ...graphBytes, 210, 1, 1, 7]) // number 26
    const read = decodeModel(newer)
    const renamed = { ...read, graph: { ...read.graph, name: 'renamed' } }
    const written = encodeModel(renamed)
    const nodes = written.slice(written.indexOf(58) + 2)
    expect(String(nodes)).toContain(String(node))
    expect(String(written)).toContain(String([130, 1, 0]))
    expect([...written].slice(-4)).toEqual([210, 1, 1, 7])
    expect(decodeModel(written).graph.name).toBe('renamed')
  })

  it('takes drafts: typed arrays for lists, absent fields for defaults', () => {
    const { graph: written } = decodeModel(
      encodeModel({
        irVersion: 8n,
        opsetImport: [{ version: 17n }],
        graph: {
          initializer: [
            { name: 'f', dims: [2n], dataType: 1, floatData: Float32Array.of(0.1, 2) },
            { name: 'i', dims: new BigInt64Array([1n]), dataType: 7, int64Data: [-(2n ** 63n)] },
          ],
          input: [
            {
              name: 'x',
              type: {
                value: {
                  case: 'tensorType',
                  value: {
                    elemType: 1,
                    shape: { dim: [{ value: { case: 'dimValue', value: 0n } }] },
                  },
                },
              },
            },
          ],
        },
      }),
    )
    expect(written.initializer[0]?.floatData).toEqual([Math.fround(0.1), 2])
    expect(written.initializer[1]?.int64Data).toEqual([-(2n ** 63n)])
    expect(written.input[0]?.type?.value.value).toMatchObject({
      elemType: 1,
      shape: { dim: [{ value: { case: 'dimValue', value: 0n } }] },
    })
  })
})

describe('dataTypeName', () => {
  it('names every type, and numbers the unknown', () => {
    const numbers = Object.values(dataTypes)
    expect(numbers.map(dataTypeName)).toEqual(Object.keys(dataTypes))
    expect(dataTypeName(99)).toBe('type 99')
  })
})
