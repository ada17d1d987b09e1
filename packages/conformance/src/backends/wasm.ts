import { MarginHead } from '@arcmargin/wasm'
import { type Answer, type Backend, float32, type Request } from '../backend.js'
import { runOnce, runPairs, single, skipsPairs } from './wasm-run.js'

/** One step of a head on two threads. */
const runHead = async ({ loss, batch, options, parameterGradients }: Request): Promise<Answer> => {
  const { embeddings, classWeights: weights, dimension, subCenters = 1, labels } = single(batch)
  const { state, ...rest } = options
  const head = await MarginHead.create({
    loss,
    classes: weights.length / dimension / subCenters,
    dimension,
    subCenters,
    weights,
    threads: 2,
    ...(state ? { state } : {}),
  })
  try {
    const { gradients, ...result } = await head.step(
      { embeddings, labels },
      { ...rest, parameterGradients },
    )
    return {
      ...result,
      embeddings: gradients.embeddings ?? [],
      classWeights: gradients.classWeights?.slice() ?? [],
      parameters: gradients.parameters,
    }
  } finally {
    await head.dispose()
  }
}

/** `@arcmargin/wasm` on one thread: `marginLoss`. */
export const wasm1: Backend = {
  name: 'wasm-1',
  tolerance: float32,
  run: runOnce,
  runPairs,
}

/** `@arcmargin/wasm` on two threads: `MarginHead`. */
export const wasm2: Backend = {
  name: 'wasm-2',
  tolerance: float32,
  run: runHead,
  skipsPairs,
}
