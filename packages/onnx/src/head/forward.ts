import { type Expression, inputsOf, type Operation } from '@arcmargin/core'
import type { Value } from '../graph/value.js'
import { type BlockSource, type ClassBlock, ClassBlocks } from './cosine.js'
import { createLanes, type Lanes } from './lanes.js'
import type { Reducer } from './reduce.js'
import { evaluateRows, isRowUniform, isZero, type Step } from './step.js'
import { column } from './zeros.js'

/** What the passes make of a block: the reducer's terms, and where they come from. */
export interface Scored {
  /** [N, B] masked logits or loss terms. */
  readonly masked: Value
  /** The classes' formulas; undefined where the logits are proportional to the cosines and are worked on alone. */
  readonly lanes: Lanes | undefined
}

/** How the passes see the classes. */
export interface Scoring {
  readonly blocks: ClassBlocks
  /** [N, 1] or a scalar: the factor between cosine and logit where there is one and nothing else is needed. */
  readonly factor: Value | undefined
  score(block: ClassBlock): Scored
}

const isOperation = (node: Expression, operation: Operation): readonly Expression[] | undefined =>
  node.type === 'operation' && node.operation === operation ? node.operands : undefined

const isCosine = (node: Expression | undefined): boolean =>
  node?.type === 'input' && node.name === 'cosTheta'

/** u where a formula reads u·cosθ. */
const factorOfCosine = (formula: Expression): Expression | undefined => {
  const [a, b] = isOperation(formula, 'multiply') ?? []
  if (isCosine(b)) return a
  return isCosine(a) ? b : undefined
}

/** Whether logits are u·cosθ with the slope u, so that u goes into the embeddings and a pass works on one matrix. */
const proportional = (step: Step, gradientNames: readonly string[]): Expression | undefined => {
  const { derived, resolved, shape, bind } = step
  const { value, slope, featureNorm, weightNorm, by } = derived.other
  const factor = factorOfCosine(bind(value))
  if (!factor || by !== 'cosine' || shape.subCenters > 1 || !isRowUniform(step, factor)) return
  if (resolved.poolingTemperature || typeof resolved.reduction === 'object') return
  const plain = [featureNorm, weightNorm].every((formula) => isZero(bind(formula)))
  const names = inputsOf(factor)
  const closed = gradientNames.every((name) => !names.has(name))
  const separate = Object.keys(resolved.negatives).length + Object.keys(derived.coupled).length > 0
  const same = JSON.stringify(bind(slope)) === JSON.stringify(factor)
  return plain && closed && same && !separate ? factor : undefined
}

/**
 * Chooses how the passes see the classes.
 *
 * @param cosines blocks whose products are cosines, which the statistics may have used already.
 */
export const createScoring = (
  step: Step,
  reducer: Reducer,
  source: BlockSource,
  cosines: ClassBlocks,
  temperature: Value | undefined,
  options: { readonly accuracy: boolean; readonly gradientNames: readonly string[] },
): Scoring => {
  const { o, derived, embeddings } = step
  const factor = options.accuracy ? undefined : proportional(step, options.gradientNames)
  if (factor) {
    const value = evaluateRows(step, factor)
    const left = o.mul(embeddings.unit, value)
    const blocks = new ClassBlocks(o, { ...source, left }, (products, block) =>
      reducer.mask(block, products),
    )
    return {
      blocks,
      factor: value,
      score: (block) => ({ masked: block.products, lanes: undefined }),
    }
  }
  return {
    blocks: cosines,
    factor: undefined,
    score: (block) => {
      const lanes = createLanes(step, block, block.products, temperature)
      const terms = o.add(lanes.evaluate(derived.other.value), o.mul(lanes.cosines, 0))
      return { masked: reducer.mask(block, terms), lanes }
    },
  }
}

/** What the forward pass leaves. */
export interface Forward {
  readonly states: readonly Value[]
  /** [N, 1] largest un-margined score of the non-targets, where accuracy is wanted. */
  readonly best: Value | undefined
}

/** Stages 2 to 4 over all blocks: feeds the non-target logits to the reducer. */
export const forward = (
  step: Step,
  reducer: Reducer,
  scoring: Scoring,
  accuracy: boolean,
): Forward => {
  const { o, resolved } = step
  o.builder.stage(
    'forward',
    'Stages 2 to 4: products, logits and their running reduction, block by block',
  )
  const byNorm = inputsOf(resolved.other).has('weightNorm')
  const best = accuracy ? [column(step, -3.4e38)] : []
  const { states } = scoring.blocks.pass(
    'classes',
    [...reducer.states, ...best],
    [],
    (block, now) => {
      const { masked, lanes } = scoring.score(block)
      const sums = reducer.add(now.slice(0, reducer.states.length), masked)
      if (!accuracy || !lanes) return { states: sums, outputs: [] }
      const norms = lanes.pooling.chosen(
        o.reshape(block.norms, [1, step.shape.block, step.shape.subCenters]),
      )
      const scores = byNorm ? o.mul(lanes.cosines, norms) : lanes.cosines
      const others = unmargined(step, block, scores)
      const top = o.max(now.at(-1) as Value, o.reduce('ReduceMax', others, 1))
      return { states: [...sums, top], outputs: [] }
    },
  )
  const count = reducer.states.length
  return { states: states.slice(0, count), best: accuracy ? states[count] : undefined }
}

const unmargined = ({ o }: Step, block: ClassBlock, scores: Value): Value => {
  const real = block.valid ? o.where(block.valid, scores, -3.4e38) : scores
  return o.put(real, block.lane, o.where(block.inside, -3.4e38, o.pick(real, block.lane)))
}

/** Share of the rows that count whose own class has the best un-margined score. */
export const accuracyOf = (step: Step, best: Value): Value => {
  const { o, targets, countedNumber, resolved } = step
  const byNorm = inputsOf(resolved.other).has('weightNorm')
  const own = byNorm ? o.mul(targets.cosines, targets.norms) : targets.cosines
  const right = o.mul(o.cast(o.compare('ge', own, best), 'float'), countedNumber)
  return o.div(o.total(right), o.max(o.total(countedNumber), 1))
}
