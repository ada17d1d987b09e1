import { cosineProduct } from '../stages/cosine.js'
import { embeddingProduct } from '../stages/embedding.js'
import { groupSize, isClasswise } from '../stages/reduce.js'
import { gradientOutput, weightProduct } from '../stages/weight.js'
import type { Design } from './design.js'
import type { Chunk, Plan } from './plan.js'
import type { BufferLookup, Recorder } from './recorder.js'
import type { Shard } from './shards.js'
import type { Tiles } from './tiles.js'

/** What the passes of one step share. */
export interface PassContext {
  readonly design: Design
  readonly plan: Plan
  readonly tiles: Tiles
  readonly recorder: Recorder
  /** Buffers that do not depend on the chunk. */
  readonly buffers: BufferLookup
  /** Where d loss / d W of a shard goes. */
  gradients(shard: Shard): GPUBuffer
}

/** Buffers as a chunk sees them: with its weights and moments. */
const inChunk =
  ({ buffers, gradients }: PassContext, { shard }: Chunk): BufferLookup =>
  (name) => {
    if (name === 'weights') return shard.weights
    if (name === 'gradients') return gradients(shard)
    if (name === 'moments1') return shard.moments[0] as GPUBuffer
    return name === 'moments2' ? (shard.moments[1] as GPUBuffer) : buffers(name)
  }

const eachChunk = (
  context: PassContext,
  visit: (chunk: Chunk, index: number, buffers: BufferLookup) => void,
): void => {
  context.plan.chunks.forEach((chunk, index) => {
    visit(chunk, index, inChunk(context, chunk))
  })
}

/** A kernel over the rows. */
const overRows = ({ recorder, buffers, plan }: PassContext, name: string): void =>
  recorder.run(name, buffers, 0, plan.padded)

/** Stages 1 and 2 for a chunk. */
const scoreChunk = (
  { recorder, design, plan, tiles }: PassContext,
  { sizes }: Chunk,
  index: number,
  buffers: BufferLookup,
): void => {
  const vectors = sizes.count * design.subCenters
  recorder.run('normalize_weights', buffers, index, vectors)
  const threads = cosineProduct(design, tiles).threads(plan.padded, vectors)
  recorder.run('cosine_product', buffers, index, ...threads)
}

/** Stages 1 to 3 for the rows and their targets, and the statistics that come before the logits. */
const prelude = (context: PassContext): void => {
  const { design, plan, recorder } = context
  const { resolved, quads, subCenters } = design
  overRows(context, 'normalize_rows')
  eachChunk(context, (_chunk, index, buffers) => {
    recorder.run('gather_targets', buffers, index, plan.rows * quads * subCenters)
  })
  overRows(context, 'measure_targets')
  const draws = Object.values(resolved.draws)
  if (draws.length > 0) overRows(context, 'draw_margins')
  if (draws.some(({ rankMatched }) => rankMatched)) overRows(context, 'match_ranks')
  const negatives = Object.values(resolved.negatives)
  if (negatives.length > 0) {
    overRows(context, 'row_values_early')
    eachChunk(context, (chunk, index, buffers) => {
      scoreChunk(context, chunk, index, buffers)
      sumChunk(context, 'statistics', chunk, index, buffers)
    })
    if (negatives.some(({ reduce }) => reduce === 'mean')) overRows(context, 'average_statistics')
  }
  if (Object.keys(resolved.batch).length + Object.keys(resolved.state).length > 0) {
    recorder.run('batch_statistics', context.buffers, 0, 1)
  }
  overRows(context, 'row_values_late')
}

const sumChunk = (
  { recorder, plan }: PassContext,
  name: 'statistics' | 'slopes',
  { sizes }: Chunk,
  index: number,
  buffers: BufferLookup,
): void => {
  recorder.run(`sum_${name}`, buffers, index, plan.padded, Math.ceil(sizes.count / groupSize))
  recorder.run(`combine_${name}`, buffers, index, plan.padded)
}

/** Everything up to the losses. */
export const recordForward = (context: PassContext): void => {
  const { design, plan, recorder } = context
  const scored = plan.kept && Object.keys(design.resolved.negatives).length > 0
  prelude(context)
  eachChunk(context, (chunk, index, buffers) => {
    if (!scored) scoreChunk(context, chunk, index, buffers)
    const { count } = chunk.sizes
    recorder.run('reduce_groups', buffers, index, plan.padded / 4, Math.ceil(count / groupSize))
    recorder.run('combine_groups', buffers, index, plan.padded)
    if (isClasswise(design)) recorder.run('reduce_classes', buffers, index, count)
  })
  overRows(context, isClasswise(design) ? 'finish_classes' : 'finish_rows')
  overRows(context, 'check_flags')
}

/** Stage 5: both gradients; `output` is the kernel that takes the one by the weights. */
export const recordBackward = (
  context: PassContext,
  output: 'weight_gradient' | 'weight_step',
): void => {
  const { design, plan, recorder, tiles } = context
  const { rowSums } = design
  const embedding = embeddingProduct(design, tiles)
  const weight = weightProduct(design, tiles, gradientOutput(design))
  if (Object.keys(rowSums).length > 0) {
    eachChunk(context, (chunk, index, buffers) => {
      if (!plan.kept) scoreChunk(context, chunk, index, buffers)
      sumChunk(context, 'slopes', chunk, index, buffers)
    })
  }
  overRows(context, 'row_slopes')
  overRows(context, 'target_pulls')
  recorder.run('combine_pulls', context.buffers, 0, plan.rows * design.quads * design.subCenters)
  eachChunk(context, (chunk, index, buffers) => {
    const { count } = chunk.sizes
    if (!plan.kept) scoreChunk(context, chunk, index, buffers)
    recorder.run('gradient_factors', buffers, index, count)
    const vectors = count * design.subCenters
    recorder.run('embedding_product', buffers, index, ...embedding.threads(plan.padded, vectors))
    recorder.run(output, buffers, index, ...weight.threads(plan.padded, vectors))
  })
  recorder.run('embedding_gradient', context.buffers, 0, plan.rows)
}
