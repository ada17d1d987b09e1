import { marginLoss } from '@arcmargin/wasm'
import type { Answer, Backend, Request } from '../backend.js'

/** One step in float32. Logits come from a step of their own, since asking for them leaves the fused kernels. */
const run = ({ loss, batch, options, parameterGradients }: Request): Answer => {
  const single = {
    ...batch,
    embeddings: Float32Array.from(batch.embeddings),
    classWeights: Float32Array.from(batch.classWeights),
  }
  const { gradients, ...result } = marginLoss(loss, single, {
    ...options,
    gradients: { embeddings: true, classWeights: true, parameters: parameterGradients },
  })
  const { logits } = marginLoss(loss, single, { ...options, logits: true })
  return {
    ...result,
    ...(logits ? { logits } : {}),
    embeddings: gradients.embeddings ?? [],
    classWeights: gradients.classWeights ?? [],
    parameters: gradients.parameters,
  }
}

/** `@arcmargin/wasm` on one thread. */
export const wasm1: Backend = {
  name: 'wasm-1',
  tolerance: { logits: 1e-5, loss: 3e-6, gradients: 1e-5 },
  nearSingular: { logits: 1e-5, loss: 3e-6, gradients: 1e-5 },
  run,
}
