/** Bytes and models that must be refused: with a ModelError, whatever they are. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { thrown } from '../../../core/test/support/thrown.js'
import { decodeModel, encodeModel, ModelError } from '../../src/index.js'

const bytes = new Uint8Array(readFileSync(new URL('../fixtures/every-field.onnx', import.meta.url)))

/** Reads bytes; whether they were a model. Any error other than a ModelError is thrown on. */
const isModel = (candidate: Uint8Array): boolean => {
  try {
    decodeModel(candidate)
    return true
  } catch (error) {
    if (error instanceof ModelError) return false
    throw error
  }
}

/** A length-delimited field around bytes. */
const wrap = (number: number, inner: readonly number[]): number[] => {
  const length: number[] = []
  let rest = inner.length
  for (; rest > 127; rest >>= 7) length.push((rest & 127) | 128)
  return [(number << 3) | 2, ...length, rest, ...inner]
}

describe('decodeModel refuses', () => {
  it('what is no file', () => {
    const error = thrown(ModelError, () => decodeModel('model.onnx' as unknown as Uint8Array))
    expect(error.message).toBe('the model is not a Uint8Array; allowed: the bytes of an ONNX file')
    expect(error.argument).toBe('model')
  })

  it('an empty file and one without a graph', () => {
    expect(thrown(ModelError, () => decodeModel(new Uint8Array())).message).toContain(
      'no IR version',
    )
    const bare = encodeModel({ irVersion: 8n, opsetImport: [{ version: 17n }] })
    expect(thrown(ModelError, () => decodeModel(bare)).message).toContain('has no graph')
  })

  it('files of other kinds', () => {
    const png = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82)
    const html = new TextEncoder().encode('<!doctype html><title>404</title>')
    expect([png, html].map(isModel)).toEqual([false, false])
  })

  it('a file that ends too early, wherever', () => {
    // A cut between two fields of the file leaves a shorter model that is well-formed.
    const cuts = Array.from({ length: bytes.length }, (_, end) => bytes.subarray(0, end))
    expect(cuts.filter(isModel).length).toBeLessThan(5)
  })

  it('lengths beyond the end, and groups within groups', () => {
    expect(isModel(Uint8Array.of(58, 255, 255, 255, 255, 7))).toBe(false)
    expect(isModel(new Uint8Array(100_000).fill(11))).toBe(false)
  })

  it('graphs nested without end, before the stack does', () => {
    let graph: number[] = []
    for (let depth = 0; depth < 2000; depth++) graph = wrap(1, wrap(5, wrap(6, graph)))
    const nested = Uint8Array.from([8, 8, 66, 2, 16, 17, ...wrap(7, graph)])
    expect(thrown(ModelError, () => decodeModel(nested)).message).toContain('recursion')
  })

  it('or accepts any bytes, but never fails otherwise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        isModel(noise)
      }),
    )
    const flips = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255))
    fc.assert(
      fc.property(fc.array(flips, { minLength: 1, maxLength: 8 }), (changes) => {
        const damaged = bytes.slice()
        for (const [at, value] of changes) damaged[at] = value
        isModel(damaged)
      }),
    )
  })
})

describe('encodeModel refuses', () => {
  it('values of the wrong type, naming the field', () => {
    const wrong = { irVersion: 8n, opsetImport: [{ version: 1.5 as unknown as bigint }] }
    expect(thrown(ModelError, () => encodeModel(wrong)).message).toMatch(
      /^the model cannot be written: .*OperatorSetIdProto.version/,
    )
    const number = { irVersion: 2n ** 64n }
    expect(thrown(ModelError, () => encodeModel(number)).message).toContain('ir_version')
  })
})
