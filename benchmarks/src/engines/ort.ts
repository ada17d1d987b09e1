import type * as Ort from 'onnxruntime-common'
import { readBatch, readClassWeights } from '../data/read.js'
import type { Shape } from '../shapes.js'
import type { Prepare, Task } from './engine.js'

/** A step as a graph: its bytes and the names of its inputs and outputs. */
export interface StepGraph {
  readonly model: Uint8Array
  readonly inputs: { readonly x: string; readonly w: string; readonly labels: string }
  readonly outputs: { readonly loss: string; readonly dx: string; readonly dw: string }
  /** Dimensions of the labels' int32 tensor. */
  readonly labelDims: readonly number[]
}

/** Runs a graph on either build of ONNX Runtime. */
export const prepareOrt =
  (
    ort: typeof Ort,
    graphOf: (shape: Shape) => StepGraph,
    versions: Readonly<Record<string, string>>,
  ): Prepare =>
  async ({ folder, shape, threads }: Task) => {
    const { model, inputs, outputs, labelDims } = graphOf(shape)
    const session = await ort.InferenceSession.create(model, {
      intraOpNumThreads: threads,
      // A plan of one block of memory per run costs what the arena saves, and more.
      enableMemPattern: false,
    })
    const batch = readBatch(folder, shape)
    const { rows, dimension, classes, subCenters } = shape
    const weightDims = subCenters > 1 ? [classes, subCenters, dimension] : [classes, dimension]
    const feeds = {
      [inputs.x]: new ort.Tensor('float32', batch.embeddings, [rows, dimension]),
      [inputs.w]: new ort.Tensor('float32', readClassWeights(folder, shape), weightDims),
      [inputs.labels]: new ort.Tensor('int32', batch.labels, labelDims),
    }
    const wanted = Object.values(outputs)
    let last: Ort.InferenceSession.OnnxValueMapType = {}
    const values = (name: string): Float32Array => {
      const { [name]: tensor } = last
      if (!(tensor?.data instanceof Float32Array)) throw new Error(`no float32 output ${name}`)
      return tensor.data
    }
    return {
      versions,
      async step() {
        last = {} // Both builds return copies: those of the step before are free while this one runs.
        last = await session.run(feeds, wanted)
        return values(outputs.loss)[0] ?? Number.NaN
      },
      gradients: () => ({
        embeddings: values(outputs.dx),
        classWeights: values(outputs.dw),
      }),
    }
  }
