import { type HeadBatch, marginLoss } from '@arcmargin/wasm'
import { pairLoss } from '@arcmargin/wasm/pairs'
import type { Answer, PairAnswer, PairRequest, Request } from '../backend.js'

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

/** One step of a pair loss on float32 samples, with its terms. */
export const runPairs = ({ loss, batch, parameterGradients }: PairRequest): PairAnswer => {
  const { embeddings, others } = batch
  const { gradients, ...result } = pairLoss(
    loss,
    {
      ...batch,
      embeddings: Float32Array.from(embeddings),
      ...(others
        ? { others: { ...others, embeddings: Float32Array.from(others.embeddings) } }
        : {}),
    },
    {
      gradients: { embeddings: true, others: true, parameters: parameterGradients },
      elements: true,
    },
  )
  return {
    ...result,
    embeddings: gradients.embeddings ?? [],
    others: gradients.others ?? [],
    parameters: gradients.parameters,
  }
}

/** `MarginHead` keeps class weights, which a pair loss has not. */
export const skipsPairs = 'a pair loss: threads belong to MarginHead; see wasm-1'
