import type { Expression } from '../expression/node.js'
import { isZero } from '../losses/derive.js'
import type { FloatArray } from './batch.js'
import type { ClassBlock } from './cosine.js'
import { writeEmbeddings } from './embedding-gradient.js'
import { counted } from './kernels.js'
import { createLanes, type Lanes } from './lanes.js'
import type { ParameterGradients } from './parameter-gradient.js'
import type { Step } from './prepare.js'
import type { Reducer } from './reduce.js'
import { tangent } from './target.js'
import { addScaled, type TargetSlopes } from './target-gradient.js'
import { type BlockGradient, createWeightWriter } from './weight-gradient.js'

/** What the passes after the reduction share. */
export interface BackwardContext extends Omit<Step, 'buffers'> {
  readonly reducer: Reducer
}

/** Nearer to 0 or π than this sine, a non-target's slope by the angle goes along the tangent instead of the cosine. */
const steepSine = 0.05

/** Calls back for each row that counts with d loss/d logit of its non-targets (0 at the target) and the formulas' values. */
const eachRow = (
  { columns, reducer, rowScale }: BackwardContext,
  lanes: Lanes,
  block: ClassBlock,
  factors: Float64Array,
  visit: (row: number, values: readonly Float64Array[]) => void,
): void => {
  lanes.enter(block)
  columns.forEach((column, row) => {
    if (column < 0) return
    const values = lanes.evaluate(block, row)
    reducer.factors(row, values[0] as Float64Array, block.count, block.start, factors)
    const own = column - block.start
    if (own >= 0 && own < block.count) factors[own] = 0
    const scale = rowScale[row] as number
    for (let lane = 0; lane < block.count; lane++) factors[lane] = (factors[lane] as number) * scale
    visit(row, values)
  })
}

const weighted = (factors: Float64Array, values: Float64Array, count: number): number => {
  let sum = 0
  for (let lane = 0; lane < count; lane++) {
    sum += counted(factors[lane] as number, values[lane] as number)
  }
  return sum
}

/** [N] each: Σ_j d loss/d z_j · slope_j, for slopes of the other logits by something that belongs to the row. */
export const sumOverOthers = (
  context: BackwardContext,
  slopes: readonly Expression[],
  blocks: () => Iterable<ClassBlock>,
): readonly Float64Array[] => {
  const sums = slopes.map(() => new Float64Array(context.columns.length))
  if (slopes.length === 0) return sums
  const lanes = createLanes([context.derived.other.value, ...slopes], context)
  const factors = new Float64Array(lanes.cosines.length)
  for (const block of blocks()) {
    eachRow(context, lanes, block, factors, (row, values) => {
      sums.forEach((sum, index) => {
        sum[row] =
          (sum[row] as number) + weighted(factors, values[index + 1] as Float64Array, block.count)
      })
    })
  }
  return sums
}

/**
 * Stage 5. Non-targets go through two matrix products with d loss/d cosine; what of a product lies along the side itself is taken
 * out at the end. Targets go along their tangents.
 */
export const backward = (
  context: BackwardContext,
  slopes: TargetSlopes,
  blocks: () => Iterable<ClassBlock>,
  embeddingGradient: FloatArray | undefined,
  weightGradient: FloatArray | undefined,
  parameters: ParameterGradients,
): void => {
  const { embeddings, centers, derived, columns, pooling, kernels } = context
  const { dimension, subCenters } = centers
  const { other } = derived
  const lanes = createLanes(
    [other.value, other.slope, other.featureNorm, other.weightNorm, ...parameters.otherSlopes],
    context,
  )
  const factors = new Float64Array(lanes.cosines.length)
  const sum = new Float64Array(embeddings.length)
  const byNorm = Float64Array.from(slopes.featureNorm)
  const scratch = new Float64Array(dimension)
  const writeWeights = weightGradient && createWeightWriter(context, slopes, weightGradient)
  const usesFeatureNorm = !isZero(other.featureNorm)
  const usesWeightNorm = !isZero(other.weightNorm)

  for (const block of blocks()) {
    const { cosines, units, count } = block
    const vectors = count * subCenters
    const weights: BlockGradient = {
      sum: new Float64Array(writeWeights ? vectors * dimension : 0),
      byNorm: new Float64Array(vectors),
    }
    columns.forEach((column, row) => {
      if (column < 0) cosines.fill(0, row * vectors, (row + 1) * vectors)
    })

    /** The slope by the cosine, or 0 where the pull had to go along the tangent: there nothing is divided by the sine. */
    const byCosine = (row: number, lane: number, byAngle: number): number => {
      const sine = lanes.sines[lane] as number
      if (sine >= steepSine || (pooling.soft && sine > 0)) return -byAngle / sine
      const [x, w] = [row * dimension, lanes.unitStart(lane)]
      tangent(embeddings, x, units, w, dimension, scratch)
      addScaled(scratch, -byAngle, sum, x, dimension)
      if (writeWeights) {
        tangent(units, w, embeddings, x, dimension, scratch)
        addScaled(scratch, -byAngle, weights.sum, w, dimension)
      }
      return 0
    }

    eachRow(context, lanes, block, factors, (row, values) => {
      const [, slope, featureNorm, weightNorm, ...parameterSlopes] = values as [
        Float64Array,
        Float64Array,
        Float64Array,
        Float64Array,
        ...Float64Array[],
      ]
      if (usesFeatureNorm) {
        byNorm[row] = (byNorm[row] as number) + weighted(factors, featureNorm, count)
      }
      parameters.addOthers(row, block, factors, parameterSlopes)
      for (let lane = 0; lane < count; lane++) {
        const factor = factors[lane] as number
        const which = lanes.chosen[lane] as number
        const first = lane * subCenters
        if (usesWeightNorm) {
          const v = first + which
          const byItsNorm = counted(factor, weightNorm[lane] as number)
          weights.byNorm[v] = (weights.byNorm[v] as number) + byItsNorm
        }
        const gradient = counted(factor, slope[lane] as number)
        pooling.spread(
          cosines,
          row * vectors + first,
          lanes.cosines[lane] as number,
          which,
          other.by === 'cosine' ? gradient : byCosine(row, lane, gradient),
        )
      }
    })
    kernels.accumulate(cosines, vectors, columns.length, 1, vectors, units, dimension, sum)
    if (!writeWeights) continue
    kernels.accumulate(
      cosines,
      1,
      vectors,
      vectors,
      columns.length,
      embeddings,
      dimension,
      weights.sum,
    )
    writeWeights(block, weights)
  }

  if (embeddingGradient) writeEmbeddings(context, slopes, sum, byNorm, embeddingGradient)
}
