import { type HeadBatch, marginLoss } from '@arcmargin/wasm'
import type { Answer, Request } from '../backend.js'

/** The batch in float32. */
export const single = (batch: HeadBatch): HeadBatch => ({
  ...batch,
  embeddings: Float32Array.from(batch.embeddings),
  classWeights: Float32Array.from(batch.classWeights),
})

/** One step in float32. Logits come from a step of their own, since asking for them leaves the fused kernels. */
export const runOnce = ({ loss, batch, options, parameterGradients }: Request): Answer => {
  const { gradients, ...result } = marginLoss(loss, single(batch), {
    ...options,
    gradients: { embeddings: true, classWeights: true, parameters: parameterGradients },
  })
  const { logits } = marginLoss(loss, single(batch), { ...options, logits: true })
  return {
    ...result,
    ...(logits ? { logits } : {}),
    embeddings: gradients.embeddings ?? [],
    classWeights: gradients.classWeights ?? [],
    parameters: gradients.parameters,
  }
}
