import { derivative } from '@arcmargin/core'
import type { Direction, Members, Score } from '@arcmargin/core/pairs/engine'
import * as tf from '@tensorflow/tfjs-core'
import { type Environment, emit, type Value } from '../expression/emit.js'
import { type BlockColumns, blockFinder, type Slot } from './columns.js'
import { type Measured, measurePairs, pullPairs, type Slopes, type Vectors } from './measure.js'
import type { PairPlan } from './plan.js'
import { contextOf, type Lanes, type Reduction } from './reduction.js'
import { reductions } from './reductions.js'
import { oneHot, spread } from './weighted.js'

/** Values of the largest tensor of a block. */
const blockValues = 1 << 20

/** Values of the parameters: numbers, scalars, or [C] tables. */
export type ParameterTensors = Readonly<Record<string, tf.Tensor>>

/** Gradients that one direction yields. */
interface DirectionGradients {
  /** [anchors, D] and [M, D], by the vectors of the roles. */
  readonly anchors: tf.Tensor
  readonly others: tf.Tensor
  /** By learned parameter, in its shape. */
  readonly parameters: readonly tf.Tensor[]
}

/** One direction made ready: two passes over its anchors, block by block. */
export interface PairStream {
  forward(): { readonly value: tf.Tensor; readonly memory: tf.Tensor[] }
  backward(memory: readonly tf.Tensor[]): DirectionGradients
}

/** A block with what its scores were made of. */
interface Block {
  readonly start: number
  readonly a: Vectors
  readonly measured: Measured
  readonly lanes: Lanes
}

const rowsOf = ({ unit, norm }: Vectors, start: number, count: number): Vectors => ({
  unit: tf.slice(unit, [start, 0], [count, -1]),
  norm: tf.slice(norm, [start, 0], [count, -1]),
})

/** Some rows of vectors, each any number of times. */
export const gatherRows = ({ unit, norm }: Vectors, rows: Int32Array): Vectors => {
  const index = tf.tensor1d(rows, 'int32')
  return { unit: tf.gather(unit, index), norm: tf.gather(norm, index) }
}

/** Adds up gradients [rows, D] by the row that each belongs to, [count, D]. */
export const scatterRows = (values: tf.Tensor, rows: Int32Array, count: number): tf.Tensor => {
  const turned = tf.transpose(oneHot(rows, count)) as tf.Tensor2D
  return tf.matMul(turned, values as tf.Tensor2D)
}

/** Starts a stream over one direction. */
export const createStream = (
  plan: PairPlan,
  direction: Direction<Members>,
  a: Vectors,
  b: Vectors,
  learned: ParameterTensors,
): PairStream => {
  const { resolved, learned: names, exact, dimension } = plan
  const { positive, negative = positive, unit } = resolved
  const { anchors, others, share } = direction
  const reduction: Reduction = reductions[plan.loss.definition.over](contextOf(plan, share))
  const find = blockFinder(plan, direction)
  const wide = others.rows * (exact ? dimension : 1)
  const size = plan.blockSize ?? Math.max(1, Math.floor(blockValues / wide))
  const measuring = { exact, unit }

  /** Parameters as they are for some anchors: numbers, scalars, or [anchors, 1]. */
  const parametersOf = (labels: readonly number[]): Environment => {
    const known = labels.map(plan.parametersAt)
    const values = Object.keys(known[0] ?? {}).map((name): [string, Value] => {
      const tensor = learned[name]
      const perClass = plan.loss.parameters[name] === 'perClass'
      if (tensor && !perClass) return [name, tf.reshape(tensor, [])]
      if (tensor) {
        const rows = tf.tensor1d(
          Int32Array.from(labels, (label) => Math.max(label, 0)),
          'int32',
        )
        return [name, tf.reshape(tf.gather(tensor, rows), [labels.length, 1])]
      }
      const column = known.map(({ [name]: value }) => value as number)
      return [name, perClass ? tf.tensor2d(column, [labels.length, 1]) : (column[0] as number)]
    })
    return Object.fromEntries(values)
  }

  const column = (values: Float32Array): tf.Tensor => tf.tensor2d(values, [values.length, 1])
  const scoreOf = ({ value }: Score, { inputs }: Measured, parameters: Environment): tf.Tensor => {
    const like = Object.values(inputs)[0] as tf.Tensor
    return spread(emit([value], { ...parameters, ...inputs })[0] as Value, like)
  }

  const blockOf = (start: number, columns: BlockColumns): Block => {
    const count = columns.real.length
    const wide = (values: Float32Array): tf.Tensor => tf.tensor2d(values, [count, others.rows])
    const own = rowsOf(a, start, count)
    const measured = measurePairs(measuring, own, b)
    const parameters = parametersOf(Array.from(anchors.labels.subarray(start, start + count)))
    const [positiveCount, negativeCount] = [
      column(columns.positiveCount),
      column(columns.negativeCount),
    ]
    return {
      start,
      a: own,
      measured,
      lanes: {
        environment: { ...parameters, positiveCount, negativeCount },
        positives: wide(columns.positives),
        negatives: wide(columns.negatives),
        plus: scoreOf(positive, measured, parameters),
        minus: scoreOf(negative, measured, parameters),
        positiveCount,
        negativeCount,
        real: column(columns.real),
        slots: columns.slots,
        swapped: ({ positive: rows }) =>
          scoreOf(negative, measurePairs(measuring, gatherRows(b, rows), b), parameters),
      },
    }
  }

  function* blocks<T extends tf.TensorContainer>(visit: (block: Block) => T): Generator<T, void> {
    for (let start = 0; start < anchors.rows; start += size) {
      const columns = find(start, Math.min(size, anchors.rows - start))
      yield tf.tidy(() => visit(blockOf(start, columns)))
    }
  }

  /** d loss by the pairs, and [anchors, 1] by the learned parameters, through some scores. */
  const slopesOf = (
    { inputs }: Measured,
    environment: Environment,
    pulls: readonly (readonly [Score, tf.Tensor])[],
  ): { readonly slopes: Slopes; readonly parameters: tf.Tensor[] } => {
    let apart: tf.Tensor | undefined
    let products: tf.Tensor | undefined
    const parameters = names.map((): tf.Tensor[] => [])
    const add = (
      sum: tf.Tensor | undefined,
      pull: tf.Tensor,
      slope: Value,
    ): tf.Tensor | undefined => {
      if (slope === 0) return sum
      const term = signed(pull, slope)
      return sum ? tf.add(sum, term) : term
    }
    for (const [score, pull] of pulls) {
      const formulas = names.map((name) => derivative(score.value, name))
      const found = emit([...score.slopes, ...formulas], { ...environment, ...inputs })
      const [first, second] = found as [Value, Value]
      if (score.motion === 'cosine') products = add(products, pull, first)
      else apart = add(apart, pull, first)
      if (score.motion === 'space') products = add(products, pull, second)
      names.forEach((_, index) => {
        const slope = found[score.slopes.length + index] as Value
        parameters[index]?.push(tf.sum(signed(pull, slope), 1, true))
      })
    }
    return {
      slopes: { ...(apart ? { apart } : {}), ...(products ? { products } : {}) },
      parameters: parameters.map((terms) => tf.addN(terms)),
    }
  }

  /** The gradients of one block: [anchors, D], [M, D], and [anchors, 1] by each parameter. */
  const gradientsOf = (block: Block, memory: readonly tf.Tensor[]): tf.Tensor[] => {
    const { lanes, measured } = block
    const pulls = reduction.pull(lanes, memory)
    const scores: [Score, tf.Tensor][] = [[positive, pulls.plus]]
    if (resolved.negative) scores.push([negative, pulls.minus])
    const { slopes, parameters } = slopesOf(measured, lanes.environment, scores)
    const own = pullPairs(measured, slopes, block.a, b)
    let ofOthers = own.b
    let ofParameters = parameters.map((sum, index) => {
      const direct = pulls.parameters[index]
      return direct ? tf.add(sum, direct) : sum
    })
    pulls.swapped.forEach((pull, index) => {
      const { positive: rows } = lanes.slots[index] as Slot
      const from = gatherRows(b, rows)
      const across = measurePairs(measuring, from, b)
      const sent = slopesOf(across, lanes.environment, [[negative, pull]])
      const both = pullPairs(across, sent.slopes, from, b)
      ofOthers = tf.add(ofOthers, tf.add(both.b, scatterRows(both.a, rows, others.rows)))
      ofParameters = ofParameters.map((sum, at) => tf.add(sum, sent.parameters[at] as tf.Tensor))
    })
    return [own.a, ofOthers, ...ofParameters]
  }

  return {
    forward: () => {
      let gathered: tf.Tensor[] | undefined
      for (const block of blocks(({ lanes }) => reduction.take(lanes))) {
        const before = gathered
        gathered = before ? tf.tidy(() => reduction.join(before, block)) : block
        if (before) tf.dispose([before, block])
      }
      return reduction.finish(gathered as tf.Tensor[], parametersOf([0]))
    },
    backward: (memory) => {
      const ofAnchors: tf.Tensor[] = []
      const columns = names.map((): tf.Tensor[] => [])
      let ofOthers: tf.Tensor | undefined
      for (const [own, other, ...parameters] of blocks((block) => gradientsOf(block, memory))) {
        ofAnchors.push(own as tf.Tensor)
        const before = ofOthers
        ofOthers = before ? tf.add(before, other as tf.Tensor) : other
        if (before) tf.dispose([before, other as tf.Tensor])
        for (const [index, value] of parameters.entries()) columns[index]?.push(value)
      }
      return {
        anchors: tf.concat(ofAnchors, 0),
        others: ofOthers as tf.Tensor,
        parameters: names.map((name, index) => {
          const whole = tf.concat(columns[index] as tf.Tensor[], 0)
          const { shape, size } = learned[name] as tf.Tensor
          if (plan.loss.parameters[name] !== 'perClass') return tf.reshape(tf.sum(whole), shape)
          const rows = anchors.labels.map((label) => Math.max(label, 0))
          return tf.reshape(scatterRows(whole, rows, size), shape)
        }),
      }
    },
  }
}

/** pull·slope, 0 for pull 0: a slope that does not count may be infinite. */
const signed = (pull: tf.Tensor, slope: Value): tf.Tensor =>
  tf.where(tf.equal(pull, 0), 0, tf.mul(pull, slope))
