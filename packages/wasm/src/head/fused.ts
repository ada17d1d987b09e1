import { type Step, writeEmbeddings } from '@arcmargin/core/backend'
import type { HeadResult } from '@arcmargin/core/head'
import { createArena, reserve } from '../kernel/arena.js'
import type { Kernel } from '../kernel/instance.js'
import { targetGradients } from '../step/gradients.js'
import type { LinearLogits } from '../step/linear.js'
import { nameRow } from '../step/non-finite.js'
import { embeddingPlaces, packEmbeddings } from '../step/pack.js'
import type { RowSums } from '../step/passes.js'
import { type Reduction, reduce, scaleEmbeddings } from '../step/reduce.js'
import type { Arrays, Lane, Pause } from './lane.js'
import { laneBytes } from './lane.js'
import { growing, mostBytes } from './memory.js'
import type { Update } from './optimizer.js'
import { type Range, rangesOf } from './ranges.js'

/** What the fused steps of a head share. */
export interface FusedContext {
  readonly kernel: Kernel
  readonly lanes: readonly Lane[]
  readonly arrays: Arrays
  /** Address of the lanes' working memory. */
  readonly workspace: number
  /** Arrays that a lane stages. */
  readonly staged: number
  readonly cosineBudget: number
}

/** A step between its passes. */
interface Half {
  readonly kernel: Kernel
  readonly working: readonly { readonly range: Range; readonly lane: Lane }[]
  readonly step: Step
  readonly linear: LinearLogits
  readonly sums: RowSums
  readonly reduction: Reduction
  /** Address of the targets' gradients in double, [N, D]. */
  readonly targetValues: number
}

/** A forward pass over all lanes, and what its backward pass needs. */
export interface FusedForward {
  readonly reduction: Reduction
  backward(update: Update | undefined): Promise<HeadResult['gradients']>
}

/** Brings the lanes' sums together, in the order of the classes: the same bits at every run. */
const merge = (parts: readonly RowSums[], slope: Float64Array): RowSums => {
  const [first, ...rest] = parts as [RowSums, ...RowSums[]]
  const { largest, index, sum, own } = first
  for (const part of rest) {
    largest.forEach((before, row) => {
      const [theirs, total] = [part.largest[row] as number, part.sum[row] as number]
      const top = Math.max(before, theirs)
      const weigh = (value: number, from: number): number =>
        value === 0 ? 0 : value * Math.exp((slope[row] as number) * (from - top))
      sum[row] = weigh(sum[row] as number, before) + weigh(total, theirs)
      if (theirs > before) index[row] = part.index[row] as number
      largest[row] = top
      own[row] = Math.max(own[row] as number, part.own[row] as number)
    })
  }
  return { largest, index, sum, own }
}

/** Waits for every lane, also when one fails, so that none is still at work; then throws the first failure. */
const every = async <T>(work: readonly Promise<T>[]): Promise<readonly T[]> => {
  const settled = await Promise.allSettled(work)
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason
    return one.value
  })
}

/** Stages 2 to 4 on all lanes. */
export const fusedForward = async (
  context: FusedContext,
  step: Step,
  linear: LinearLogits,
  classSubset: ArrayLike<number> | undefined,
  pause: Pause,
): Promise<FusedForward> => {
  const { centers, columns, embeddings } = step
  const { dimension, subCenters } = centers
  const { kernel, lanes, arrays, staged } = context
  const shape = { rows: columns.length, dimension, subCenters, columns: centers.columns }
  const ranges = rangesOf(shape, lanes.length)
  const working = ranges.map((range, index) => ({ range, lane: lanes[index] as Lane }))
  const arena = createArena(context.workspace)
  const [{ panels: first }] = ranges as [Range]
  const packed = embeddingPlaces(first, arena)
  const targetValues = arena.take(8 * columns.length * dimension)
  const own = (budget: number): number[] =>
    ranges.map(({ panels }) => laneBytes(panels, staged, arrays, budget))
  // What 32-bit addresses leave free bounds the budget.
  const free = own(0).reduce((left, bytes) => left - bytes, mostBytes - arena.end)
  const cosineBudget = Math.max(0, Math.min(context.cosineBudget, free)) / ranges.length
  const workspaces = own(cosineBudget).map((bytes) => arena.take(bytes))
  growing(arena.end, () => reserve(kernel, arena.end))
  packEmbeddings(kernel, first, packed, embeddings)
  const { slope } = linear.logits
  const parts = await every(
    working.map(({ range: { from, panels }, lane }, index) =>
      lane.forward(
        {
          panels,
          from,
          batch: { packed, slope, columns },
          subset: classSubset && Int32Array.from(classSubset),
          arrays,
          workspace: workspaces[index] as number,
          cosineBudget,
        },
        pause,
      ),
    ),
  ).catch((error) => {
    throw nameRow(centers, error)
  })
  const sums = merge(parts, slope)
  const reduction = reduce(step, linear, sums)
  const half = { kernel, working, step, linear, sums, reduction, targetValues }
  return { reduction, backward: (update) => fusedBackward(half, update) }
}

/** Stage 5 on all lanes. */
const fusedBackward = async (
  { kernel, working, step, linear, sums, reduction, targetValues }: Half,
  update: Update | undefined,
): Promise<HeadResult['gradients']> => {
  const { slopes, factors, parameters } = reduction
  const { subCenters } = step.centers
  const { length } = step.embeddings
  const doubles = (address: number): Float64Array =>
    new Float64Array(kernel.memory.buffer, address, length)
  const targets = targetGradients(step, slopes, doubles(targetValues))
  const out = step.buffers?.embeddings
  const addresses = await every(
    working.map(({ range: { from, panels }, lane }) => {
      const [first, last] = [from * subCenters, (from + panels.columns) * subCenters]
      return lane.backward({
        factors,
        largest: sums.largest,
        embeddings: out !== undefined,
        weights: true,
        targets: targets.filter(({ vector }) => vector >= first && vector < last),
        targetValues,
        update,
      })
    }),
  )
  if (!out) return { parameters }
  const [sum, ...rest] = addresses.map(doubles) as [Float64Array, ...Float64Array[]]
  for (const part of rest) {
    for (let at = 0; at < length; at++) sum[at] = (sum[at] as number) + (part[at] as number)
  }
  const byNorm = scaleEmbeddings(step, reduction, linear, sums, sum)
  writeEmbeddings(step, slopes, sum, byNorm, out)
  step.shard?.sum(out)
  return { embeddings: out, parameters }
}
