import type { FloatArray } from '../head/batch.js'
import { type Kernels, plainKernels } from '../head/kernels.js'
import type { PairBatch, PairElement, PairOptions, PairResult } from './batch.js'
import type { PairLoss } from './definition.js'
import type { Direction } from './direction.js'
import { preparePairs, type Step } from './prepare.js'
import { reductions } from './reductions/all.js'
import { collect } from './side.js'
import { createStream } from './stream.js'
import type { Counters } from './tally.js'

/** Bytes of products that are kept between the passes by default. */
const defaultBudget = 1 << 25

/**
 * A pair loss of a batch, and its gradients: normalize → measure → score → reduce → backward. Anchors are streamed in blocks:
 * working memory is O((N + M)·D + block), and neither pairs nor triplets are listed unless `elements` asks for them. Arithmetic
 * is float64 whatever the arrays' precision; gradients come in the arrays' precision.
 *
 * @param loss any pair loss, e.g. `tripletMargin({ margin: 0.2, mining: 'semiHard' })`.
 * @param batch embeddings [N, D] and labels [N] (-1: ignored), or two sets of samples. Not changed.
 * @param options gradients, reduction, elements, ...; see {@link PairOptions}.
 * @param kernels what computes the matrix products; a backend in JavaScript brings its own. Default: plain loops.
 * @returns loss, counts, elements and gradients. A part that has no pairs is 0 and so is its gradient: the counts tell.
 * @throws ParameterError, ShapeError, LabelError, NonFiniteError before anything is computed.
 *
 * A zero vector has cosine 0 with everything and no gradient where the loss normalises. Equal samples are at distance 0 exactly
 * and have no direction from each other, so no gradient by their distance.
 */
export const pairLoss = (
  loss: PairLoss,
  batch: PairBatch,
  options: PairOptions = {},
  kernels: Kernels = plainKernels,
): PairResult => {
  const step = preparePairs(loss, batch, options, kernels)
  const parts = step.directions.map((direction, index) => run(step, direction, index > 0, options))
  const sum = (pick: (part: Part) => number): number =>
    parts.reduce((total, part) => total + pick(part), 0)
  return {
    loss: sum((part) => part.loss),
    counts: {
      anchors: sum(({ counters }) => counters.anchors),
      positivePairs: sum(({ counters }) => counters.positivePairs),
      negativePairs: sum(({ counters }) => counters.negativePairs),
      terms: sum(({ counters }) => counters.terms),
      active: sum(({ counters }) => counters.active),
    },
    elements: parts.flatMap(({ elements }) => elements),
    gradients: gradientsOf(step, batch),
  }
}

interface Part {
  readonly loss: number
  readonly counters: Counters
  readonly elements: readonly PairElement[]
}

/** Both passes over one direction. */
const run = (step: Step, direction: Direction, reversed: boolean, options: PairOptions): Part => {
  const { definition } = step.loss
  const elements: PairElement[] | undefined = options.elements ? [] : undefined
  const counters: Counters = {
    ...{ anchors: 0, positivePairs: 0, negativePairs: 0, terms: 0, active: 0 },
    elements,
  }
  // Products are not needed twice unless there is a backward pass.
  const budget = step.request ? (options.budget ?? defaultBudget) : 0
  const stream = createStream(step, direction, budget)
  const reduction = reductions[definition.over](step.resolved, {
    counters,
    reduction: options.reduction,
    share: direction.share,
    names: step.gradientNames,
  })
  stream.each((row) => {
    counters.anchors++
    counters.positivePairs += row.positiveCount
    counters.negativePairs += row.negativeCount
    reduction.take(row)
  }, false)
  const value = reduction.finish()
  const empty = definition.needsBoth && counters.positivePairs * counters.negativePairs === 0
  if (empty) return { loss: 0, counters: { ...counters, terms: 0, active: 0 }, elements: [] }
  if (step.request) stream.each(reduction.pull, true)
  const listed = (elements ?? []).map((element) => inRows(element, direction, reversed))
  return { loss: value, counters, elements: listed }
}

/** A term with the caller's row numbers. */
const inRows = (element: PairElement, direction: Direction, reversed: boolean): PairElement => {
  const { anchor, positive, negative, loss } = element
  const { anchors, others } = direction
  return {
    ...(anchor === undefined ? {} : { anchor: anchors.source[anchor] as number }),
    ...(positive === undefined ? {} : { positive: others.source[positive] as number }),
    ...(negative === undefined ? {} : { negative: others.source[negative] as number }),
    ...(reversed ? { reversed } : {}),
    loss,
  }
}

/** All sides' gradients in the caller's rows and precision. */
const gradientsOf = (step: Step, batch: PairBatch): PairResult['gradients'] => {
  const { request, resolved, directions } = step
  if (!request) return { parameters: {} }
  const sides = new Set(directions.flatMap(({ anchors, others }) => [anchors, others]))
  const total = (like: FloatArray, ofOthers: boolean): FloatArray => {
    const sum = new Float64Array(like.length)
    for (const side of sides) {
      if (side.ofOthers === ofOthers) collect(side, resolved.unit, sum)
    }
    return like instanceof Float32Array ? Float32Array.from(sum) : sum
  }
  const { embeddings, others } = batch
  return {
    ...(request.embeddings ? { embeddings: total(embeddings, false) } : {}),
    ...(request.others && others ? { others: total(others.embeddings, true) } : {}),
    parameters: step.parameterGradients(),
  }
}
