import { decodeModel, extractEmbedding } from '@arcmargin/onnx'
import type { InferenceSession } from 'onnxruntime-web/wasm'
import type { Backbone, PictureInput } from './backbone.js'
import { FileError } from './file-error.js'
import { type Picture, side } from './picture.js'
import { tensorData } from './picture-input.js'

/** A model that a visitor brought. */
interface VisitorModel {
  /** What the page calls it. */
  readonly title: string
  /** The .onnx file. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly input: PictureInput
  /** Name of its embedding, an output or any value inside; empty: its last output. */
  readonly embedding: string
}

/** ONNX Runtime is large: it is loaded when a model is. One thread, since static hosts isolate no page. */
const runtime = async () => {
  const ort = await import('onnxruntime-web/wasm')
  ort.env.wasm.numThreads = 1
  return ort
}

/** The model cut at its embedding, and what that is called. */
const cut = ({ bytes, embedding }: VisitorModel) => {
  const outputs = decodeModel(bytes).graph.output.map(({ name }) => name)
  const name = embedding || (outputs.at(-1) ?? '')
  const isOnlyOutput = outputs.length === 1 && outputs[0] === name
  return { name, bytes: isOnlyOutput ? bytes : extractEmbedding(bytes, { embedding: name }) }
}

/**
 * A visitor's ONNX model as a backbone, run by onnxruntime-web on the CPU.
 *
 * @throws FileError, ModelError where it is no such model; the runtime's own errors.
 */
export const visitorNet = async (model: VisitorModel): Promise<Backbone> => {
  const { name, bytes } = cut(model)
  const { input } = model
  const { InferenceSession, Tensor } = await runtime()
  const session: InferenceSession = await InferenceSession.create(bytes, {
    executionProviders: ['wasm'],
  })
  const dims =
    input.layout === 'NCHW' ? [1, 3, input.height, input.width] : [1, input.height, input.width, 3]
  const embed = async (picture: Picture): Promise<Float32Array> => {
    const results = await session.run({
      [input.name]: new Tensor('float32', tensorData(picture, input), dims),
    })
    const { data, dims: shape = [] } = results[name] ?? {}
    const isVector = shape[0] === 1 && shape.slice(2).every((length) => length === 1)
    if (!(data instanceof Float32Array) || shape.length < 2 || !isVector) {
      throw new FileError(`${name} is [${shape}]; allowed: one vector of float32, [1, D]`)
    }
    return data.slice()
  }
  const grey = { pixels: new Uint8ClampedArray(side * side * 4).fill(128) }
  const { length: dimension } = await embed(grey)
  return {
    title: model.title,
    dimension,
    embed,
    variants: async (picture) => [await embed(picture)],
    model: () => ({ bytes, embedding: name, input }),
  }
}
