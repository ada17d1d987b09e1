import { encodeModel, makeTensorValueInfo } from '@arcmargin/onnx'
import { describe, expect, it } from 'vitest'
import { versions } from '../src/model/onnx/versions.js'
import { scaled, side } from '../src/model/picture.js'
import { pictureInputOf, tensorData } from '../src/model/picture-input.js'
import { discs } from './pictures.js'

const modelWith = (...dims: readonly (readonly number[])[]): Uint8Array =>
  encodeModel({
    ...versions,
    graph: {
      name: 'test',
      input: dims.map((own, i) => makeTensorValueInfo(`x${i}`, ['batch', ...own])),
    },
  })

describe('a picture at another size', () => {
  it('is made of means of whole blocks where the sizes divide', () => {
    const { pixels } = discs(3)
    const small = scaled({ pixels }, 32, 32)
    for (const [x, y, channel] of [
      [0, 0, 0],
      [13, 20, 1],
      [31, 31, 2],
    ] as const) {
      let sum = 0
      for (let j = 0; j < 7; j++) {
        for (let i = 0; i < 7; i++) {
          sum += pixels[((7 * y + j) * side + 7 * x + i) * 4 + channel] as number
        }
      }
      expect(small[(y * 32 + x) * 3 + channel]).toBe(Math.round(sum / 49))
    }
  })

  it.each([
    [31, 17],
    [224, 224],
    [300, 10],
  ])('keeps its mean at %i × %i', (width, height) => {
    const { pixels } = discs(5)
    const reds = Array.from({ length: side * side }, (_, i) => pixels[4 * i] as number)
    const mean = (values: readonly number[]): number =>
      values.reduce((a, b) => a + b, 0) / values.length
    const small = scaled({ pixels }, width, height)
    expect(small.length).toBe(width * height * 3)
    const smallReds = Array.from({ length: width * height }, (_, i) => small[3 * i] as number)
    expect(Math.abs(mean(smallReds) - mean(reds))).toBeLessThan(0.3)
  })
})

describe('the input of a visitor’s model', () => {
  it('is read from its shape', () => {
    expect(pictureInputOf(modelWith([3, 96, 64]), 'unit')).toEqual({
      name: 'x0',
      width: 64,
      height: 96,
      layout: 'NCHW',
      values: 'unit',
    })
    expect(pictureInputOf(modelWith([96, 64, 3]), 'byte')).toMatchObject({
      width: 64,
      height: 96,
      layout: 'NHWC',
    })
  })

  it.each([
    ['two inputs', modelWith([3, 8, 8], [3, 8, 8]), /takes x0, x1/],
    ['a vector', modelWith([3]), /does not take a picture/],
    ['grey pictures', modelWith([1, 8, 8]), /\[\?, 1, 8, 8\]; allowed: .*\[1, 3, height, width\]/],
    ['posters', modelWith([3, 4000, 8]), /at most 1024/],
  ])('of %s is refused', (_, bytes, message) => {
    expect(() => pictureInputOf(bytes, 'unit')).toThrow(message)
  })

  it('gets red, green and blue in its layout and scale', () => {
    const picture = discs(1)
    const bytes = scaled(picture, 4, 2)
    const input = { name: 'x', width: 4, height: 2, values: 'signed' } as const
    const planes = tensorData(picture, { ...input, layout: 'NCHW' })
    const pixels = tensorData(picture, { ...input, layout: 'NHWC' })
    // The second row's third pixel: its green.
    expect(planes[8 + 6]).toBeCloseTo((bytes[6 * 3 + 1] as number) / 127.5 - 1, 6)
    expect(pixels[6 * 3 + 1]).toBe(planes[8 + 6])
    const imagenet = tensorData(picture, { ...input, layout: 'NHWC', values: 'imagenet' })
    expect(imagenet[2]).toBeCloseTo(((bytes[2] as number) / 255 - 0.406) / 0.225, 5)
  })
})
