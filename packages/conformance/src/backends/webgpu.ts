import type { HeadOptions } from '@arcmargin/core'
import { MarginHead } from '@arcmargin/webgpu'
import { requestDevice } from '../../../../scripts/webgpu.mjs'
import type { Answer, Backend, Request } from '../backend.js'

let device: Promise<GPUDevice> | undefined

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

const run = async ({ loss, batch, options, parameterGradients }: Request): Promise<Answer> => {
  device ??= requestDevice()
  const { dimension, subCenters = 1, classWeights, embeddings, labels } = batch
  const classes = classWeights.length / (dimension * subCenters)
  const head = await MarginHead.create(await device, loss, {
    classes,
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

/** `@arcmargin/webgpu` on Dawn in this process; it streams, so it never has the logits. */
export const webgpuNode: Backend = {
  name: 'webgpu-node',
  tolerance: { logits: 1e-5, loss: 3e-6, gradients: 1e-5 },
  // Within 1e-4 of θ = 0 or π float32 inputs leave a tangent that many digits.
  nearSingular: { logits: 1e-5, loss: 3e-6, gradients: 5e-3 },
  run,
  close: async () => (await device)?.destroy(),
}
