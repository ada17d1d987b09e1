import { type HeadBatch, marginLoss } from '@arcmargin/wasm'
import type { Answer, Request, Tolerance } from '../backend.js'

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

/** Largest errors of float32 kernels. */
export const tolerance: Tolerance = { logits: 1e-5, loss: 3e-6, gradients: 1e-5 }

/** Pairs are N×N, small beside a head's N×C: core's own engine serves them. */
export const skipsPairs = 'a pair loss: this backend has the margin head alone'
