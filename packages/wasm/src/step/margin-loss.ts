import type { Loss } from '@arcmargin/core'
import {
  addScaled,
  assemble,
  finish,
  prelude,
  prepare,
  type Step,
  writeEmbeddings,
} from '@arcmargin/core/backend'
import type { HeadBatch, HeadOptions, HeadResult, LossState } from '@arcmargin/core/head'
import { type Arena, createArena, firstAddress } from '../kernel/arena.js'
import { doubleKernels } from '../kernel/doubles.js'
import type { Kernel } from '../kernel/instance.js'
import { ownKernel } from '../kernel/own.js'
import { targetGradients } from './gradients.js'
import { type LinearLogits, linearLogits } from './linear.js'
import { nameRow } from './non-finite.js'
import { embeddingPlaces, packEmbeddings } from './pack.js'
import {
  type CosineStore,
  createPasses,
  type Passes,
  type RowSums,
  type WeightRows,
} from './passes.js'
import { type Reduction, reduce, scaleEmbeddings } from './reduce.js'
import { type Panels, panelsOf } from './shape.js'
import { copiedRows, fitsGradient, gradientStore, keptBytes, keptPlaces } from './transfer.js'

/** Bytes of cosines that are kept between the passes by default, as in core. */
const defaultBudget = 1 << 25

/**
 * A margin loss of a batch against all class weights, and its gradients: `marginLoss` of `@arcmargin/core/head` on WebAssembly.
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
  const rows = copiedRows(kernel, panels, arena, classWeights, options.classSubset)
  const packed = embeddingPlaces(panels, arena)
  const { store, inRows } = storeOf(kernel, panels, arena, buffers, options)
  const batch = { packed, slope: linear.logits.slope, columns }
  const passes = createPasses(kernel, panels, arena, batch, store)
  packEmbeddings(kernel, panels, packed, embeddings)
  const { blocks } = passes
  namingRows(step, () => {
    // The rows of the caller's own array are written to in the forward pass: no error may come after that.
    if (inRows) for (const block of blocks) passes.measure(block, rows.at(block))
    for (const block of blocks) passes.forward(block, rows.at(block))
  })
  const sums = passes.sums()
  const reduction = reduce(step, linear, sums)
  return assemble(
    step,
    state,
    { accuracy: reduction.accuracy },
    reduction.reduced,
    buffers
      ? fusedGradients(step, linear, sums, reduction, passes, rows, kernel)
      : { parameters: {} },
  )
}

/** A budget where all cosines fit into it, else the rows of the weight gradient where they fit there, else what the budget holds. */
const storeOf = (
  kernel: Kernel,
  panels: Panels,
  arena: Arena,
  buffers: Step['buffers'],
  { cosineBudget = defaultBudget }: HeadOptions,
): { readonly store: CosineStore; readonly inRows: boolean } => {
  const gradient = buffers?.classWeights
  const bytes = keptBytes(panels, buffers ? cosineBudget : 0)
  const all = keptBytes(panels, Infinity)
  if (bytes < all && gradient instanceof Float32Array && fitsGradient(panels)) {
    return { store: gradientStore(kernel, panels, gradient), inRows: true }
  }
  return { store: keptPlaces(panels, arena.take(bytes), bytes), inRows: false }
}

/** Class weights that are not finite are named as core names them. */
const namingRows = ({ centers }: Step, pass: () => void): void => {
  try {
    pass()
  } catch (error) {
    throw nameRow(centers, error)
  }
}

/** Stage 5. */
const fusedGradients = (
  step: Step,
  linear: LinearLogits,
  sums: RowSums,
  reduction: Reduction,
  passes: Passes,
  rows: WeightRows,
  { memory }: Kernel,
): HeadResult['gradients'] => {
  const { embeddings, classWeights } = step.buffers ?? {}
  const { dimension, subCenters } = step.centers
  const size = subCenters * dimension
  const { factors } = reduction
  const wanted = { embeddings: embeddings !== undefined, weights: classWeights !== undefined }
  passes.begin({ factors, largest: sums.largest, ...wanted })
  for (const block of [...passes.blocks].reverse()) {
    const gradient = passes.backward(block, rows.at(block))
    const values = new Float32Array(
      memory.buffer,
      gradient,
      wanted.weights ? block.count * size : 0,
    )
    classWeights?.set(values, block.start * size)
  }
  if (embeddings) {
    const sum = new Float64Array(memory.buffer, passes.embeddingSums, embeddings.length)
    const byNorm = scaleEmbeddings(step, reduction, linear, sums, sum)
    writeEmbeddings(step, reduction.slopes, sum, byNorm, embeddings)
  }
  if (classWeights) {
    const values = new Float64Array(step.columns.length * dimension)
    for (const { vector, start } of targetGradients(step, reduction.slopes, values)) {
      const own = values.subarray(start, start + dimension)
      addScaled(own, 1, classWeights, vector * dimension, dimension)
    }
  }
  return { ...step.buffers, parameters: reduction.parameters }
}
