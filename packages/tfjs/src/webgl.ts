import * as tf from '@tensorflow/tfjs-core'
import {
  type FormulaAttributes,
  formulaKernel,
  type RowReduction,
  rowsKernel,
} from './expression/kernel.js'
import { backwardKernel, forwardKernel, type StageAttributes } from './stages/kernel.js'
import { computeBackward } from './webgl/backward.js'
import { computeFormula } from './webgl/formula.js'
import { computeForward } from './webgl/forward.js'
import type { WebGlBackend } from './webgl/program.js'
import { reduceRows } from './webgl/rows.js'

type Infos = Readonly<Record<string, tf.TensorInfo>>

/** Registers what computes a kernel on the webgl backend. */
const register = <A>(
  kernelName: string,
  compute: (backend: WebGlBackend, inputs: Infos, attributes: A) => tf.TensorInfo | tf.TensorInfo[],
): void =>
  tf.registerKernel({
    kernelName,
    backendName: 'webgl',
    kernelFunc: ({ inputs, backend, attrs }) =>
      compute(backend as WebGlBackend, inputs as Infos, attrs as unknown as A),
  })

/*
 * Importing this module makes the losses compute on programs of GLSL that are written from core's formulas where TensorFlow.js's webgl
 * backend is set: most losses in a few passes over all, the others with their formulas in one pass each. It takes WebGL 2 with 32-bit
 * float textures; elsewhere the tensor ops stay.
 */
register<StageAttributes>(forwardKernel, (backend, inputs, { plan }) =>
  computeForward(
    backend,
    plan,
    inputs['embeddings'] as tf.TensorInfo,
    inputs['classWeights'] as tf.TensorInfo,
  ),
)
register<StageAttributes>(backwardKernel, (backend, inputs, { plan }) =>
  computeBackward(backend, plan, inputs),
)
register<FormulaAttributes>(formulaKernel, computeFormula)
register<{ readonly reduction: RowReduction }>(rowsKernel, (backend, inputs, { reduction }) =>
  reduceRows(backend, reduction, Object.values(inputs)),
)
