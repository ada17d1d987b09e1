import type { HeadOptions } from '@arcmargin/core/head'
import { MarginHead } from '@arcmargin/webgpu'
import { type Answer, type Backend, float32, type Request } from '../backend.js'

const toSingle = (values: ArrayLike<number>): Float32Array => Float32Array.from(values)

const tables = (
  parameters: HeadOptions['parameters'] = {},
): NonNullable<HeadOptions['parameters']> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      typeof value === 'number' ? value : toSingle(value),
    ]),
  )

/** One pass with gradients of a new head on a device. */
export const runOn =
  (device: () => Promise<GPUDevice>) =>
  async ({ loss, batch, options, parameterGradients }: Request): Promise<Answer> => {
    const { dimension, subCenters = 1, classWeights, embeddings, labels } = batch
    const head = await MarginHead.create(await device(), loss, {
      classes: classWeights.length / (dimension * subCenters),
      dimension,
      subCenters,
      parameterGradients,
    })
    try {
      head.load(toSingle(classWeights))
      const { gradients, ...result } = await head.backward(
        { embeddings: toSingle(embeddings), labels },
        { ...options, parameters: tables(options.parameters) },
      )
      return {
        ...result,
        embeddings: gradients.embeddings ?? [],
        classWeights: gradients.classWeights ?? [],
        parameters: gradients.parameters,
      }
    } finally {
      head.destroy()
    }
  }

/** How exact WebGPU is, anywhere; it streams, so it never has the logits. */
export const exactness: Pick<Backend, 'tolerance' | 'skipsPairs'> = {
  tolerance: float32,
  skipsPairs: 'a pair loss: they run in core, wasm and tfjs; see the README of @arcmargin/webgpu',
}
