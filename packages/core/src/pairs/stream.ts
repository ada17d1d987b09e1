import { compile } from '../expression/compile.js'
import { derivative } from '../expression/derivative.js'
import { columnFinder, type Direction } from './direction.js'
import { createLanes, measure, type Pull, pullAngle, pullDistance, pullProduct } from './measure.js'
import type { Step } from './prepare.js'
import type { Score } from './resolve.js'
import type { Row } from './row.js'
import type { Side } from './side.js'

/** Products of a block of anchors with all columns fit into a second-level cache. */
const blockValues = 1 << 17

/** The anchors of a direction with their scores, block by block; products of one block exist at a time. */
export interface Stream {
  /** One pass. With `backward` the pulls that `visit` wrote go on into the gradients. */
  each(visit: (row: Row) => void, backward: boolean): void
}

/** A score's formulas made ready, with lanes of their own. */
const createScorer = (score: Score, size: number, names: readonly string[]) => {
  const lanes = createLanes(size)
  const { apart, ...inputs } = lanes
  const varying = Object.keys(inputs)
  const parameters = names.map((name) => derivative(score.value, name))
  return {
    lanes,
    inputs,
    score,
    value: compile([score.value], varying),
    slopes: compile([...score.slopes, ...parameters], varying),
  }
}

type Scorer = ReturnType<typeof createScorer>

/** Starts a stream over one direction. */
export const createStream = (step: Step, direction: Direction, budget: number): Stream => {
  const { resolved, gradientNames: names, addParameter, kernels } = step
  const { unit, positive, negative } = resolved
  const { anchors: a, others: b, chosen } = direction
  const { dimension } = a
  const width = b.rows
  const dense = negative !== undefined && !chosen
  const find = columnFinder(direction, negative !== undefined)
  const longest = chosen
    ? Math.max(1, ...[...chosen.positives, ...chosen.negatives].map(({ length }) => length))
    : width
  const scorers = [positive, negative ?? positive].map((score) =>
    createScorer(score, longest, names),
  ) as [Scorer, Scorer]
  const swapScorer = createScorer(negative ?? positive, longest, names)
  const pulls = [new Float64Array(longest), new Float64Array(longest)] as const
  const values = [new Float64Array(longest), new Float64Array(longest)] as const
  const swappedValues = new Float64Array(longest)

  const size = Math.max(1, Math.min(a.rows, Math.floor(blockValues / width)))
  const keep = dense && a.rows * width * 8 <= budget
  const kept: Float64Array[] = []
  const shared = new Float64Array(dense && !keep ? size * width : 0)
  const factors = new Float64Array(dense ? size * width : 0)
  const anchorSums = new Float64Array(size)
  const otherSums = new Float64Array(width)

  const productsOf = (first: number, count: number): Float64Array | undefined => {
    if (!dense) return undefined
    const known = kept[first / size]
    if (known) return known
    const products = keep ? new Float64Array(count * width) : shared
    const vectors = a.vectors.subarray(first * dimension, (first + count) * dimension)
    kernels.dots(vectors, count, b.vectors, width, dimension, products)
    if (keep) kept[first / size] = products
    return products
  }

  const evaluate = (
    { lanes, inputs, score, value }: Scorer,
    side: Side,
    i: number,
    columns: Int32Array,
    count: number,
    products: Float64Array | undefined,
    offset: number,
    uniform: Row['uniform'],
    out: Float64Array,
  ): void => {
    const angular = score.motion === 'angle'
    measure(lanes, unit, angular, side, i, b, columns, count, products, offset)
    const [found] = value.run(count, { ...inputs }, uniform)
    for (let lane = 0; lane < count; lane++) out[lane] = found?.[lane] as number
  }

  const both = (pull: Pull, side: Side, i: number, j: number, slope: number): void => {
    pull(side, i, b, j, slope)
    pull(b, j, side, i, slope)
  }

  /** Sends d loss/d score on to the vectors: through the block's factors, or pair by pair where those are too coarse. */
  const send = (
    { lanes, inputs, score, slopes }: Scorer,
    side: Side,
    i: number,
    columns: Int32Array,
    count: number,
    local: number,
    row: Row,
    pull: Float64Array,
  ): void => {
    const found = slopes.run(count, { ...inputs }, row.uniform)
    const [first, second] = found as [Float64Array, Float64Array]
    const into = local * width
    const add = (at: number, value: number): void => {
      factors[at] = (factors[at] as number) + value
    }
    for (let lane = 0; lane < count; lane++) {
      const weight = pull[lane] as number
      if (weight === 0) continue
      const j = columns[lane] as number
      const slope = weight * (first[lane] as number)
      const apart = lanes.apart[lane] === 1
      if (score.motion === 'angle') {
        if (apart) both(pullAngle, side, i, j, slope)
        else add(into + j, -slope / (lanes.sinTheta[lane] as number))
      } else if (score.motion === 'cosine') {
        if (local < 0 || !dense) both(pullProduct, side, i, j, slope)
        else add(into + j, slope)
      } else {
        const straight = weight * (second[lane] as number)
        if (local < 0 || !dense) both(pullProduct, side, i, j, straight)
        else add(into + j, straight)
        if (apart) both(pullDistance, side, i, j, slope)
        else {
          const share = slope / (lanes.distance[lane] as number)
          add(into + j, -share)
          anchorSums[local] = (anchorSums[local] as number) + share
          otherSums[j] = (otherSums[j] as number) + share
        }
      }
      names.forEach((name, index) => {
        const by = found[score.slopes.length + index]?.[lane] as number
        if (by !== 0) addParameter(name, row.label, weight * by)
      })
    }
  }

  /** The block's factors, by two matrix products, into both gradients. */
  const flush = (first: number, count: number): void => {
    if (!dense) return
    const { accumulate } = kernels
    const from = first * dimension
    const vectors = a.vectors.subarray(from, from + count * dimension)
    const gradient = a.gradient.subarray(from, from + count * dimension)
    if (gradient.length > 0) {
      accumulate(factors, width, count, 1, width, b.vectors, dimension, gradient)
      addOwn(gradient, vectors, anchorSums)
    }
    if (b.gradient.length > 0) {
      accumulate(factors, 1, width, width, count, vectors, dimension, b.gradient)
    }
    factors.fill(0)
    anchorSums.fill(0)
  }

  /** gradient_r += sums_r·vector_r. */
  const addOwn = (gradient: Float64Array, vectors: Float64Array, sums: Float64Array): void => {
    for (let at = 0; at < gradient.length; at++) {
      const sum = sums[Math.floor(at / dimension)] as number
      gradient[at] = (gradient[at] as number) + sum * (vectors[at] as number)
    }
  }

  const visitRow = (
    anchor: number,
    local: number,
    products: Float64Array | undefined,
    visit: (row: Row) => void,
    backward: boolean,
  ): void => {
    const columns = find(anchor)
    const label = a.labels[anchor] as number
    const uniform = step.parametersAt(label)
    const { positives, positiveCount, negatives, negativeCount } = columns
    const offset = local * width
    const [plus, minus] = scorers
    evaluate(plus, a, anchor, positives, positiveCount, products, offset, uniform, values[0])
    if (negative) {
      evaluate(minus, a, anchor, negatives, negativeCount, products, offset, uniform, values[1])
    }
    const swapped = (positiveLane: number): Float64Array => {
      const p = positives[positiveLane] as number
      evaluate(swapScorer, b, p, negatives, negativeCount, undefined, 0, uniform, swappedValues)
      return swappedValues
    }
    const row: Row = {
      ...columns,
      anchor,
      label,
      uniform,
      plus: values[0],
      minus: values[1],
      plusPull: pulls[0].fill(0, 0, positiveCount),
      minusPull: pulls[1].fill(0, 0, negativeCount),
      swapped,
      pullSwapped: (positiveLane, pull) => {
        const p = positives[positiveLane] as number
        send(swapScorer, b, p, negatives, negativeCount, -1, row, pull)
      },
      pullParameter: (name, slope) => addParameter(name, label, slope),
    }
    visit(row)
    if (!backward) return
    send(plus, a, anchor, positives, positiveCount, local, row, pulls[0])
    if (negative) send(minus, a, anchor, negatives, negativeCount, local, row, pulls[1])
  }

  return {
    each: (visit, backward) => {
      for (let first = 0; first < a.rows; first += size) {
        const count = Math.min(size, a.rows - first)
        const products = productsOf(first, count)
        for (let local = 0; local < count; local++) {
          const anchor = first + local
          if ((a.labels[anchor] as number) >= 0) visitRow(anchor, local, products, visit, backward)
        }
        if (backward) flush(first, count)
      }
      if (backward && b.gradient.length > 0) {
        addOwn(b.gradient, b.vectors, otherSums)
        otherSums.fill(0)
      }
    },
  }
}
