import { dataTypeName, dataTypes, decodeModel } from '@arcmargin/onnx'
import type { PictureInput, PixelValues } from './backbone.js'
import { FileError } from './file-error.js'
import { type Picture, scaled, side } from './picture.js'

/** How a visitor reads the choices of {@link PixelValues}. */
export const pixelValues: Readonly<Record<PixelValues, string>> = {
  imagenet: 'ImageNet: mean taken off, divided by the deviation',
  unit: '0 to 1',
  signed: '-1 to 1',
  byte: '0 to 255',
}

/** Per channel: what is taken off bytes, and what the rest is divided by. */
const scales: Readonly<
  Record<PixelValues, { mean: readonly number[]; deviation: readonly number[] }>
> = {
  unit: { mean: [0, 0, 0], deviation: [255, 255, 255] },
  signed: { mean: [127.5, 127.5, 127.5], deviation: [127.5, 127.5, 127.5] },
  byte: { mean: [0, 0, 0], deviation: [1, 1, 1] },
  imagenet: {
    mean: [0.485 * 255, 0.456 * 255, 0.406 * 255],
    deviation: [0.229 * 255, 0.224 * 255, 0.225 * 255],
  },
}

const largest = 1024

/**
 * Finds the input of a model that takes a picture. Lengths that the model leaves open are taken for {@link side}.
 *
 * @throws FileError, ModelError saying what the model takes instead.
 */
export const pictureInputOf = (bytes: Uint8Array, values: PixelValues): PictureInput => {
  const { graph } = decodeModel(bytes)
  const constants = new Set(graph.initializer.map(({ name }) => name))
  const inputs = graph.input.filter(({ name }) => !constants.has(name))
  const [input] = inputs
  const type = input?.type?.value
  const tensor = type?.case === 'tensorType' ? type.value : undefined
  const lengths = tensor?.shape?.dim.map(({ value }) =>
    value.case === 'dimValue' ? Number(value.value) : undefined,
  )
  const allowed = 'one input of float32, [1, 3, height, width] or [1, height, width, 3]'
  if (inputs.length !== 1 || !input || lengths?.length !== 4 || !tensor) {
    const shapes = inputs.map(({ name }) => name).join(', ') || 'nothing'
    throw new FileError(
      `the model does not take a picture (it takes ${shapes}); allowed: ${allowed}`,
    )
  }
  if (tensor.elemType !== dataTypes.float) {
    const name = dataTypeName(tensor.elemType)
    throw new FileError(`the model's input is of type ${name}; allowed: ${allowed}`)
  }
  const layout = lengths[1] === 3 ? 'NCHW' : 'NHWC'
  const [height = side, width = side] = layout === 'NCHW' ? lengths.slice(2) : lengths.slice(1, 3)
  const channels = layout === 'NCHW' ? lengths[1] : lengths[3]
  const fits = [height, width].every((length) => length >= 1 && length <= largest)
  if ((lengths[0] ?? 1) !== 1 || channels !== 3 || !fits) {
    const shape = lengths.map((length) => length ?? '?').join(', ')
    throw new FileError(
      `the model's input is [${shape}]; allowed: ${allowed}, at most ${largest} high and wide`,
    )
  }
  return { name: input.name, width, height, layout, values }
}

/** The numbers that a picture is to a model. */
export const tensorData = (picture: Picture, input: PictureInput): Float32Array => {
  const { width, height, layout, values } = input
  const { mean, deviation } = scales[values]
  const bytes = scaled(picture, width, height)
  const data = new Float32Array(bytes.length)
  for (const [i, byte] of bytes.entries()) {
    const channel = i % 3
    const pixel = (i - channel) / 3
    const at = layout === 'NHWC' ? i : channel * width * height + pixel
    data[at] = (byte - (mean[channel] as number)) / (deviation[channel] as number)
  }
  return data
}
