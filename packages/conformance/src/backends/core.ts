import { type FloatArray, marginLoss } from '@arcmargin/core/head'
import { pairLoss } from '@arcmargin/core/pairs'
import type { Answer, Backend, PairAnswer, PairRequest, Request } from '../backend.js'

const runCore =
  (cast: (values: FloatArray) => FloatArray) =>
  ({ loss, batch, options, parameterGradients }: Request): Answer => {
    const { embeddings, classWeights } = batch
    const result = marginLoss(
      loss,
      { ...batch, embeddings: cast(embeddings), classWeights: cast(classWeights) },
      {
        ...options,
        logits: true,
        gradients: { embeddings: true, classWeights: true, parameters: parameterGradients },
      },
    )
    const { gradients } = result
    return {
      ...result,
      embeddings: gradients.embeddings ?? [],
      classWeights: gradients.classWeights ?? [],
      parameters: gradients.parameters,
    }
  }

const runPairs =
  (cast: (values: FloatArray) => FloatArray) =>
  ({ loss, batch, parameterGradients }: PairRequest): PairAnswer => {
    const { embeddings, others } = batch
    const result = pairLoss(
      loss,
      {
        ...batch,
        embeddings: cast(embeddings),
        ...(others ? { others: { ...others, embeddings: cast(others.embeddings) } } : {}),
      },
      {
        gradients: { embeddings: true, others: true, parameters: parameterGradients },
        elements: true,
      },
    )
    const { gradients } = result
    return {
      ...result,
      embeddings: gradients.embeddings ?? [],
      others: gradients.others ?? [],
      parameters: gradients.parameters,
    }
  }

/** A backend that answers at once. */
interface CoreBackend extends Backend {
  run(request: Request): Answer
  runPairs(request: PairRequest): PairAnswer
}

/** `@arcmargin/core` on Float64Array. */
export const coreF64: CoreBackend = {
  name: 'core-f64',
  tolerance: { logits: 1e-12, loss: 1e-12, gradients: 1e-12 },
  run: runCore((values) => values),
  runPairs: runPairs((values) => values),
}

/** `@arcmargin/core` on Float32Array. */
export const coreF32: Backend = {
  name: 'core-f32',
  tolerance: { logits: 1e-5, loss: 3e-6, gradients: 1e-5 },
  run: runCore((values) => Float32Array.from(values)),
  runPairs: runPairs((values) => Float32Array.from(values)),
}
