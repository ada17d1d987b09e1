import type { Expression, Operation } from '@arcmargin/core'
import type { DerivedLogit } from '@arcmargin/core/backend'
import type { Value } from '../graph/value.js'
import { type ClassBlock, putAtOthers } from './cosine.js'
import type { Scored, Scoring } from './forward.js'
import { undoNormalization } from './normalize.js'
import { createParameterGradients, type Factors } from './parameter-gradient.js'
import type { ReducedRows } from './reduce.js'
import { evaluateRows, isRowUniform, isZero, type Step } from './step.js'
import { type TargetSlopes, targetGradients } from './target.js'
import { zeros } from './zeros.js'

/** What to do with a block's gradient by its class weights, [B·K, D], beside the block's slices of `inputs`. */
export interface WeightSink {
  /** Stacks [blocks, B·K, D] that come along. */
  readonly inputs: readonly Value[]
  /** Outputs of the pass. */
  write(weights: Value, gradient: Value, slices: readonly Value[]): readonly Value[]
}

/** Gradients of one step. */
export interface Gradients {
  /** [N, D]. */
  readonly embeddings: Value
  /** What the sink wrote, as stacks. */
  readonly written: readonly Value[]
  /** By parameter: a scalar, [C] or [N]. */
  readonly parameters: Readonly<Record<string, Value>>
}

/** A formula of the row and d reduced loss / d its value, [N, 1]. */
export interface RowPart {
  readonly logit: DerivedLogit
  readonly factors: Value
}

const unbounded: ReadonlySet<Operation> = new Set(['divide', 'log', 'sqrt', 'power', 'exp'])

/** Whether a formula may be infinite, so that a factor 0 has to be kept from it. */
const mayBeInfinite = (formula: Expression): boolean =>
  formula.type === 'operation' &&
  (unbounded.has(formula.operation) || formula.operands.some(mayBeInfinite))

/** Computes d loss / d what a slope of the other logits is by, for the lanes of a block. */
const factorsOf = (
  step: Step,
  reduced: ReducedRows,
  row: Value,
  block: ClassBlock,
  { masked, lanes }: Scored,
  slope: Expression,
  factor: Value | undefined,
): Factors => {
  const { o } = step
  const lane = reduced.lane(masked)
  if (factor && lane) return { lane, row: o.mul(row, factor) }
  if (!lanes) throw new Error('logits that are worked on alone have a factor')
  const bound = step.bind(slope)
  if (lane && isRowUniform(step, bound) && !mayBeInfinite(bound)) {
    return { lane, row: o.mul(row, evaluateRows(step, bound)) }
  }
  const values = o.add(lanes.evaluate(bound), o.mul(lanes.cosines, 0))
  if (!lane) return { lane: putAtOthers(o, block, values, 0), row }
  const product = o.mul(lane, values)
  return { lane: mayBeInfinite(bound) ? o.where(o.equal(lane, 0), 0, product) : product, row }
}

/** Everything of a row that depends on its target's angle: the target logit, its regulariser, values that other logits use. */
const rowParts = (step: Step, scoring: Scoring, reduced: ReducedRows): readonly RowPart[] => {
  const { o, rowScale } = step
  const { target, sample, coupled } = step.derived
  const couplings = Object.values(coupled)
  const row = o.mul(reduced.row, rowScale)
  const sums =
    couplings.length === 0
      ? []
      : scoring.blocks.pass(
          'coupled',
          couplings.map(() => zeros(step)),
          [],
          (block, now) => {
            const scored = scoring.score(block)
            const states = couplings.map(({ slope }, index) => {
              const factors = factorsOf(step, reduced, row, block, scored, slope, undefined)
              return o.add(now[index] as Value, o.mul(o.sum(factors.lane, 1), factors.row))
            })
            return { states, outputs: [] }
          },
        ).states
  return [
    { logit: target, factors: o.mul(reduced.targetFactors, rowScale) },
    ...(sample ? [{ logit: sample, factors: rowScale }] : []),
    ...couplings.map(({ row: logit }, index) => ({ logit, factors: sums[index] as Value })),
  ]
}

/** Σ over the parts of factor · slope, for every row that counts. */
const slopesOf = (step: Step, parts: readonly RowPart[]): TargetSlopes => {
  const { o, counted } = step
  const sum = (key: 'slope' | 'featureNorm' | 'weightNorm'): Value => {
    const terms = parts.flatMap(({ logit, factors }) => {
      const slope = step.bind(logit[key])
      return isZero(slope) ? [] : [o.mul(factors, evaluateRows(step, slope))]
    })
    return terms.length === 0
      ? zeros(step)
      : o.where(
          counted,
          terms.reduce((a, b) => o.add(a, b)),
          0,
        )
  }
  return { angle: sum('slope'), featureNorm: sum('featureNorm'), weightNorm: sum('weightNorm') }
}

/**
 * Stage 5. Non-targets go through two matrix products with d loss/d cosine; what of a product lies along the side itself is taken
 * out at the end. Targets go along their tangents.
 */
export const backward = (
  step: Step,
  scoring: Scoring,
  reduced: ReducedRows,
  names: readonly string[],
  sink: WeightSink | undefined,
): Gradients => {
  const { o, derived, embeddings, targets, shape } = step
  const { other } = derived
  o.builder.stage(
    'backward',
    'Stage 5: gradients, from the products of a block and the tangents of the targets',
  )
  const parts = rowParts(step, scoring, reduced)
  const slopes = slopesOf(step, parts)
  const target = targetGradients(o, embeddings, targets, slopes)
  const parameters = createParameterGradients(step, names)
  const row = o.mul(reduced.row, step.rowScale)
  const usesFeatureNorm = !isZero(step.bind(other.featureNorm))
  const usesWeightNorm = !isZero(step.bind(other.weightNorm))
  const width = shape.block * shape.subCenters

  const start = [
    o.filledLike(embeddings.unit, 0),
    ...(usesFeatureNorm ? [zeros(step)] : []),
    ...parameters.states,
  ]
  const { states, outputs } = scoring.blocks.pass(
    'gradients',
    start,
    sink?.inputs ?? [],
    (block, now, slices) => {
      const scored = scoring.score(block)
      const { lanes } = scored
      const by = (slope: Expression): Factors =>
        factorsOf(step, reduced, row, block, scored, slope, undefined)
      const spread = (value: Value): Value => {
        if (!lanes || shape.subCenters === 1) return value
        const wide = o.mul(o.reshape(value, [step.rows, shape.block, 1]), lanes.pooling.weights)
        return o.reshape(wide, [step.rows, width])
      }
      const angular = factorsOf(step, reduced, row, block, scored, other.slope, scoring.factor)
      const lane =
        lanes && other.by === 'angle'
          ? o.where(
              o.compare('gt', lanes.sines, 0),
              o.div(o.unary('Neg', angular.lane), o.max(lanes.sines, 1e-10)),
              0,
            )
          : angular.lane
      const pull = o.mul(spread(lane), block.inverse)
      const sums = [o.add(now[0] as Value, o.mul(angular.row, o.matmul(pull, block.weights)))]
      if (usesFeatureNorm) {
        const { lane: each, row: share } = by(other.featureNorm)
        sums.push(o.add(now[1] as Value, o.mul(share, o.sum(each, 1))))
      }
      const found = parameters.addOthers(now.slice(sums.length), by)
      const outputs = [...found.outputs]
      if (sink) {
        const across = (rows: Value, each: Value): Value =>
          o.matmul(o.reshape(rows, [1, step.rows]), each)
        // The product with the embeddings, less what lies along the class weights themselves.
        const share = scoring.factor ? row : angular.row
        const along = across(share, o.mul(pull, block.products))
        const byNorm = usesWeightNorm ? by(other.weightNorm) : undefined
        const norm = byNorm && across(byNorm.row, spreadToChosen(step, scored, byNorm.lane))
        const radial = o.mul(norm ? o.sub(norm, along) : o.unary('Neg', along), block.inverse)
        const product = o.transposedTimes(pull, o.mul(embeddings.unit, angular.row))
        const others = o.add(product, o.mul(block.weights, o.reshape(radial, [width, 1])))
        const gradient = addTargets(step, block, others, target.classWeights)
        outputs.push(...sink.write(block.weights, gradient, slices))
      }
      return { states: [...sums, ...found.states], outputs }
    },
  )
  const [sum, ...rest] = states as [Value, ...Value[]]
  const byNorm = usesFeatureNorm ? o.mul(rest[0] as Value, embeddings.unit) : undefined
  const tangential = o.add(undoNormalization(o, sum, embeddings), target.embeddings)
  const found = parameters.finish(rest.slice(usesFeatureNorm ? 1 : 0), outputs, parts, (stack) =>
    scoring.blocks.unstack(stack),
  )
  return {
    embeddings: byNorm ? o.add(tangential, byNorm) : tangential,
    written: outputs.slice(parameters.outputs),
    parameters: found,
  }
}

/** [N, B·K] of [N, B]: at the sub-center that each class was pooled from. */
const spreadToChosen = ({ o, shape, rows }: Step, { lanes }: Scored, value: Value): Value => {
  if (!lanes || shape.subCenters === 1) return value
  const wide = o.mul(o.reshape(value, [rows, shape.block, 1]), lanes.pooling.mask)
  return o.reshape(wide, [rows, shape.block * shape.subCenters])
}

/** A block's gradient [B·K, D] with the shares [N, K, D] of the rows whose class is in it. */
const addTargets = (step: Step, block: ClassBlock, gradient: Value, own: Value): Value => {
  const { o, shape, rows } = step
  const { subCenters, dimension } = shape
  const inside = o.reshape(block.inside, [rows, 1, 1])
  const shares = o.where(inside, own, 0)
  if (subCenters === 1) {
    const lane = o.reshape(block.lane, [rows])
    return o.addRows(gradient, lane, o.reshape(shares, [rows, dimension]))
  }
  const places = o.builder.constant(
    'int32',
    Array.from({ length: subCenters }, (_, k) => k),
    [1, subCenters],
  )
  return o.addRows(gradient, o.add(o.mul(block.lane, subCenters), places), shares)
}
