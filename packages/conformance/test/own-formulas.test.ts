/** Losses that nobody has thought of, on the backends that run in Node: what core finds, to float32's digits. */
import { afterAll, describe, expect, it } from 'vitest'
import type { Request } from '../src/backend.js'
import { backends } from '../src/backends/all.js'
import { type Figures, figuresOf, gaps } from './support/figures.js'
import { type RandomLoss, randomMarginLosses, randomPairLosses } from './support/random-losses.js'

const named = (...names: readonly string[]) => backends.filter(({ name }) => names.includes(name))
const ofMargins = named('core-f32', 'wasm-1', 'tfjs-cpu', 'onnx-node', 'webgpu-node')
const ofPairs = named('core-f32', 'wasm-1', 'tfjs-cpu', 'onnx-node')

afterAll(() => Promise.all(ofMargins.map(({ close }) => close?.())))

/** Figures that are too far away, by name. */
const tooFar = (
  found: Figures,
  { expected, tolerance }: Pick<RandomLoss<Request>, 'expected' | 'tolerance'>,
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(gaps(found, expected)).filter(([name, gap]) => !(gap <= (tolerance[name] ?? 0))),
  )

describe.each(ofMargins)('margin losses on $name', (backend) => {
  it.each(randomMarginLosses(30))('$title', async (one) => {
    expect(tooFar(figuresOf(await backend.run(one.request)), one)).toEqual({})
  })
})

describe.each(ofPairs)('pair losses on $name', (backend) => {
  it.each(randomPairLosses(40))('$title', async (one) => {
    const found = await backend.runPairs?.(one.request)
    expect(found && tooFar(figuresOf(found), one)).toEqual({})
  })
})
