/** The program of a page that computes formulas on the webgl backend. */
import { parse } from '@arcmargin/core'
import '@tensorflow/tfjs-backend-webgl'
import * as tf from '@tensorflow/tfjs-core'
import { emit } from '../../src/expression/emit.js'
import { angle } from '../../src/expression/functions.js'
import { fusesFormulas, type RowReduction, reduceRows } from '../../src/expression/kernel.js'
import { log1p } from '../../src/expression/softplus.js'
import '../../src/webgl.js'

/** A number, or values of a shape. */
type Given = number | { readonly values: Float32Array; readonly shape: number[] }

/** A formula's values, and how many programs the GPU ran for them. */
const compute = async (text: string, given: Readonly<Record<string, Given>>) => {
  await tf.setBackend('webgl')
  if (!fusesFormulas()) throw new Error('formulas are not computed in one pass here')
  const formula = parse(text, Object.keys(given))
  const environment = Object.fromEntries(
    Object.entries(given).map(([name, one]) => [
      name,
      typeof one === 'number' ? one : tf.tensor(one.values, one.shape),
    ]),
  )
  let value: tf.Tensor | undefined
  const { kernelNames } = await tf.profile(() => {
    value = emit([formula], environment)[0] as tf.Tensor
    return value
  })
  return { values: await (value as tf.Tensor).data(), shape: value?.shape, kernelNames }
}

/** The functions that no formula has. */
const call = async (name: 'angle' | 'log1p', ...given: readonly Float32Array[]) => {
  await tf.setBackend('webgl')
  const [a, b] = given.map((values) => tf.tensor1d(values)) as [tf.Tensor, tf.Tensor]
  return (name === 'angle' ? angle(a, b) : log1p(a)).data()
}

/** Along the rows of matrices [R, D]. */
const reduce = async (
  reduction: RowReduction,
  shape: [number, number],
  ...matrices: readonly Float32Array[]
) => {
  await tf.setBackend('webgl')
  return reduceRows(reduction, ...matrices.map((values) => tf.tensor2d(values, shape))).data()
}

Object.assign(globalThis, { compute, call, reduce })
