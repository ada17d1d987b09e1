import type { HeadBatch, HeadOptions, HeadResult, Loss, LossState } from '@arcmargin/core'
import {
  addScaled,
  assemble,
  finish,
  prelude,
  prepare,
  type Step,
  writeEmbeddings,
} from '@arcmargin/core/head'
import { createArena, firstAddress } from '../kernel/arena.js'
import { doubleKernels } from '../kernel/doubles.js'
import type { Kernel } from '../kernel/instance.js'
import { ownKernel } from '../kernel/own.js'
import { targetGradients } from './gradients.js'
import { type LinearLogits, linearLogits } from './linear.js'
import {
  type CosineStore,
  createPasses,
  NonFiniteVector,
  type Passes,
  type RowSums,
} from './passes.js'
import { type Reduction, reduce, scaleEmbeddings } from './reduce.js'
import { type Panels, panelsOf } from './shape.js'
import { budgetStore, copiedRows, gradientStore } from './transfer.js'

/** Bytes of cosines that are kept between the passes by default, as in core. */
const defaultBudget = 1 << 25

/**
 * A margin loss of a batch against all class weights, and its gradients: `marginLoss` of `@arcmargin/core` on WebAssembly.
 *
 * With Float32Array inputs, softmax reductions over logits that are linear in the cosine (ArcFace, CosFace, SphereFace, …) run in
 * fused float32 kernels; every other loss runs core's formulas with both matrix products in float64 SIMD.
 *
 * @param loss any loss, e.g. `arcFace({ margin: 0.5, scale: 64 })`.
 * @param batch embeddings [N, D], class weights [C, D] or [C, K, D], labels [N] (-1: ignored). Not changed.
 * @param options those of core.
 * @throws what core throws, before anything is written; WebAssemblyUnavailableError where WebAssembly is blocked.
 */
export const marginLoss = (loss: Loss, batch: HeadBatch, options: HeadOptions = {}): HeadResult => {
  const step = prepare(loss, batch, options, doubleKernels)
  const state = prelude(step, options)
  const { embeddings, classWeights, layout = 'rows' } = batch
  const single = embeddings instanceof Float32Array && classWeights instanceof Float32Array
  const linear = single && layout === 'rows' && !options.logits ? linearLogits(step) : undefined
  if (!linear || !single) return finish(step, state, options)
  return fusedStep(step, linear, state, classWeights, options)
}

const fusedStep = (
  step: Step,
  linear: LinearLogits,
  state: LossState,
  classWeights: Float32Array,
  options: HeadOptions,
): HeadResult => {
  const { centers, columns, embeddings, buffers } = step
  const kernel = ownKernel()
  const { dimension, subCenters } = centers
  const panels = panelsOf({ rows: columns.length, dimension, subCenters, columns: centers.columns })
  const arena = createArena(firstAddress)
  const passes = createPasses(
    kernel,
    panels,
    arena,
    { embeddings, slope: linear.logits.slope, columns },
    copiedRows(kernel, panels, arena, classWeights, options.classSubset),
    storeOf(kernel, panels, buffers, options),
  )
  const sums = run(step, () => {
    // The rows of the caller's own array are written to in the forward pass: no error may come after that.
    if (buffers?.classWeights) passes.measure()
    return passes.forward()
  })
  const reduction = reduce(step, linear, sums)
  return assemble(
    step,
    state,
    { accuracy: reduction.accuracy },
    reduction.reduced,
    buffers ? fusedGradients(step, linear, sums, reduction, passes, kernel) : { parameters: {} },
  )
}

/** The rows of the weight gradient where cosines fit there, else a budget. */
const storeOf = (
  kernel: Kernel,
  panels: Panels,
  buffers: Step['buffers'],
  { cosineBudget = defaultBudget }: HeadOptions,
): CosineStore => {
  const gradient = buffers?.classWeights
  return gradient instanceof Float32Array && panels.paddedRows <= panels.dimension
    ? gradientStore(kernel, panels, gradient)
    : budgetStore(kernel, buffers ? cosineBudget : 0)
}

/** Runs a pass; class weights that are not finite are named as core names them. */
const run = <T>({ centers }: Step, pass: () => T): T => {
  try {
    return pass()
  } catch (error) {
    if (error instanceof NonFiniteVector) {
      const { dimension, subCenters } = centers
      const column = Math.floor(error.vector / subCenters)
      centers.unit(column, error.vector % subCenters, new Float64Array(dimension), 0)
    }
    throw error
  }
}

/** Stage 5. */
const fusedGradients = (
  step: Step,
  linear: LinearLogits,
  sums: RowSums,
  reduction: Reduction,
  passes: Passes,
  { memory }: Kernel,
): HeadResult['gradients'] => {
  const { embeddings, classWeights } = step.buffers ?? {}
  const { dimension, subCenters } = step.centers
  const size = subCenters * dimension
  const sum = new Float64Array(embeddings ? embeddings.length : 0)
  passes.backward({
    factors: reduction.factors,
    largest: sums.largest,
    embeddings: embeddings && sum,
    weights:
      classWeights &&
      (({ start, count }, gradient) => {
        classWeights.set(new Float32Array(memory.buffer, gradient, count * size), start * size)
      }),
  })
  if (embeddings) {
    const byNorm = scaleEmbeddings(step, reduction, linear, sums, sum)
    writeEmbeddings(step, reduction.slopes, sum, byNorm, embeddings)
  }
  if (classWeights) {
    for (const { vector, values } of targetGradients(step, reduction.slopes)) {
      addScaled(values, 1, classWeights, vector * dimension, dimension)
    }
  }
  return { ...step.buffers, parameters: reduction.parameters }
}
