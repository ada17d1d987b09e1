import * as tf from '@tensorflow/tfjs-core'
import type { FormulaAttributes } from '../expression/kernel.js'
import { emitGlsl } from './glsl.js'
import { numberNames, run, type WebGlBackend } from './program.js'

/** A formula over tensors that broadcast against each other, in one pass. */
export const computeFormula = (
  backend: WebGlBackend,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  { formula, numbers }: FormulaAttributes,
): tf.TensorInfo => {
  const names = Object.keys(inputs)
  const tensors = Object.values(inputs)
  const shape = tensors
    .map((tensor) => tensor.shape)
    .reduce((a, b) => tf.broadcast_util.assertAndGetBroadcastShape(a, b))
  const values = Object.fromEntries(names.map((name, index) => [name, `v${index}`]))
  const read = names.map((_, index) => `vec4 v${index} = getS${index}AtOutCoords();`).join('\n  ')
  const { statements, results } =
    typeof formula === 'string'
      ? { statements: '', results: [`${formula}(${Object.values(values).join(', ')})`] }
      : emitGlsl([formula], { ...numberNames(numbers), ...values })
  return run(backend, {
    shape,
    inputs: Object.fromEntries(tensors.map((tensor, index) => [`S${index}`, tensor])),
    numbers,
    main: `${read}
  ${statements}
  vec4 result = ${results[0]};`,
  })
}
