import { derivative, input } from '@arcmargin/core'
import { countOf, type Score } from '@arcmargin/core/pairs/engine'
import type { ScanStep } from '../graph/builder.js'
import type { Dim, Value } from '../graph/value.js'
import { isZero } from '../head/step.js'
import { type Anchors, type Block, blockOf, type Columns } from './block.js'
import type { PairInputs, Samples } from './inputs.js'
import { type Context, evaluator, type Reduction } from './lanes.js'
import { type Measured, pullPairs, type Vectors } from './measure.js'
import { columnNumbers, toNumber } from './nodes.js'
import { reductions } from './reductions.js'

/** Values of the largest tensor of a block. */
const blockValues = 1 << 20

/** Gradients that one direction yields. */
export interface DirectionGradients {
  /** [N, D] and [M, D], by the vectors of the roles. */
  readonly anchors: Value
  readonly others: Value
  /** By parameter: scalars, or [C, 1]. */
  readonly parameters: readonly Value[]
}

/** One direction: two passes over its anchors, block by block. */
export interface PairStream {
  readonly loss: Value
  gradients(): DirectionGradients
}

/** Anchors in a block. */
const blockSize = ({ options, exact }: PairInputs): number => {
  const { rows = 256, dimension, blockSize: given } = options
  return given ?? Math.max(1, Math.floor(blockValues / (rows * (exact ? dimension : 1))))
}

/** Streams the anchors of one role against the other; `share` of the loss is theirs. */
export const streamPairs = (
  inputs: PairInputs,
  direction: string,
  anchors: Samples,
  others: Samples | undefined,
  self: Value | undefined,
  share: number,
  names: readonly string[],
): PairStream => {
  const { o, loss, resolved, options, parameters } = inputs
  const { builder } = o
  const size = blockSize(inputs)
  const steps = `${direction}.blocks`
  const rows = anchors.vectors.shape[0] as Dim
  const columnsOf = others ?? anchors

  /** [N, n] cut into blocks [blocks, B, n], filled up with zeros. */
  const stack = (table: Value): Value => {
    const length = o.lengthOf(table, 0)
    const whole = builder.constant('int64', [size], [1])
    const over = o.sub(o.mul(o.div(o.sub(o.add(length, whole), 1), whole), whole), length)
    const filled = o.padRows(table, `${direction}.filled`, over)
    const last = table.shape[1] as number
    const shape = builder.constant('int64', [-1, size, last], [3])
    const result = { type: table.type, shape: [steps, size, last] }
    return builder.node('Reshape', [filled, shape], [result])[0] as Value
  }
  const unstack = (stacked: Value): Value => {
    const last = stacked.shape[2] as number
    const shape = builder.constant('int64', [-1, last], [2])
    const result = { type: stacked.type, shape: [`${direction}.filled`, last] }
    const [flat] = builder.node('Reshape', [stacked, shape], [result])
    return o.head(flat as Value, rows, o.lengthOf(anchors.vectors, 0))
  }
  const column = (row: Value): Value => o.reshape(row, [row.shape[0] as Dim, 1])

  builder.stage('blocks', 'Anchors in blocks')
  const numbers = o.transpose(columnNumbers(o, anchors.vectors))
  const own = others ? (self ? column(self) : o.sub(o.mul(numbers, 0), 1)) : numbers
  // Filling makes zeros, so what may be 0 goes through a block one higher.
  const raised = (table: Value): Value => stack(o.add(table, 1))
  const stacks = [
    stack(anchors.vectors),
    stack(anchors.normalized.norms),
    raised(column(anchors.labels)),
    raised(own),
  ]
  const plain: Columns = {
    vectors: columnsOf.vectors,
    norms: columnsOf.normalized.norms,
    labels: o.transpose(column(columnsOf.labels)),
    ranks: undefined,
  }

  /** One pass; `body` gets the anchors of a block, the states, and slices of further stacks. */
  const pass = (
    name: string,
    states: readonly Value[],
    more: readonly Value[],
    body: (block: Anchors, states: readonly Value[], slices: readonly Value[]) => ScanStep,
  ): ScanStep => {
    const start = builder.constant('int32', 0)
    const result = builder.scan(
      `${direction}.${name}`,
      steps,
      [start, ...states],
      [...stacks, ...more],
      ([first, ...now], [vectors, norms, labels, selves, ...slices]) => {
        const block = {
          vectors: vectors as Value,
          norms: norms as Value,
          labels: o.sub(labels as Value, 1),
          self: o.sub(selves as Value, 1),
          ranks: undefined,
          first: first as Value,
        }
        const step = body(block, now, slices)
        return { ...step, states: [o.add(first as Value, size), ...step.states] }
      },
    )
    return { ...result, states: result.states.slice(1) }
  }

  let ranks: Value | undefined
  if (loss.definition.pairing === 'firstOfClass') {
    builder.stage('ranks', 'How many samples of its class come before each')
    const { outputs } = pass('ranks', [], [], (block) => {
      const before = o.and(
        o.equal(block.labels, plain.labels),
        o.compare('lt', o.transpose(numbers), block.self),
      )
      return { states: [], outputs: [o.cast(o.sum(toNumber(o, before), 1), 'int32')] }
    })
    ranks = outputs[0] as Value
  }
  const columns: Columns = ranks ? { ...plain, ranks: o.transpose(unstack(ranks)) } : plain
  const ranked = ranks ? [ranks] : []
  const seen = (block: Anchors, slices: readonly Value[]): Block =>
    blockOf(inputs, { ...block, ranks: slices[0] }, columns)

  const context: Context = {
    o,
    resolved,
    count: countOf(
      resolved.count,
      loss.definition.over === 'pairs' ? input('loss') : resolved.term,
      { reduction: options.reduction },
    ),
    by: (name) => derivative(resolved.term, name),
    names,
    factor: (divisor) => {
      const some = o.compare('gt', divisor, 0)
      const each =
        options.reduction === 'sum' ? o.value(share) : o.div(share, o.where(some, divisor, 1))
      return o.where(some, each, 0)
    },
  }
  const reduction: Reduction = reductions[loss.definition.over](context)

  builder.stage('forward', 'Stages 2 to 4: pairs, scores and their reduction, block by block')
  const scalars = [...reduction.start, 0, 0].map((value) => builder.constant('float', value))
  const { states } = pass('forward', scalars, ranked, (block, before, slices) => {
    const { lanes } = seen(block, slices)
    const [positives, negatives] = before.slice(-2) as [Value, Value]
    const after = reduction.take(lanes, before.slice(0, -2))
    return {
      states: [
        ...after.map((value) => o.reshape(value, [])),
        o.add(positives, o.total(lanes.positiveCount)),
        o.add(negatives, o.total(lanes.negativeCount)),
      ],
      outputs: [],
    }
  })
  builder.stage('reduce', 'Stage 4: the loss of the batch')
  const { value, memory } = reduction.finish(
    states.slice(0, -2),
    evaluator(o, inputs.bind, parameters),
  )
  const [positivePairs, negativePairs] = states.slice(-2) as [Value, Value]
  const both = o.compare('gt', o.mul(positivePairs, negativePairs), 0)
  const whole = (result: Value): Value =>
    loss.definition.needsBoth ? o.where(both, result, 0) : result

  /** d loss by the pairs, and [rows, 1] by the parameters, through some scores. */
  const slopesOf = (
    { inputs: measured }: Measured,
    evaluate: ReturnType<typeof evaluator>,
    pulls: readonly (readonly [Score, Value])[],
  ) => {
    const sums: { apart?: Value; products?: Value } = {}
    const ofParameters = names.map((): Value[] => [])
    const send = (key: 'apart' | 'products', pull: Value, slope: Score['slopes'][number]): void => {
      if (isZero(inputs.bind(slope))) return
      const nothing = o.equal(pull, 0)
      const term = o.where(nothing, 0, o.mul(pull, evaluate(slope, measured)))
      const { [key]: before } = sums
      sums[key] = before ? o.add(before, term) : term
    }
    for (const [score, pull] of pulls) {
      const [first, second] = score.slopes
      if (first) send(score.motion === 'cosine' ? 'products' : 'apart', pull, first)
      if (second) send('products', pull, second)
      names.forEach((name, index) => {
        const by = derivative(score.value, name)
        if (isZero(inputs.bind(by))) return
        const term = o.where(o.equal(pull, 0), 0, o.mul(pull, evaluate(by, measured)))
        ofParameters[index]?.push(o.sum(term, 1))
      })
    }
    return { slopes: { apart: sums.apart, products: sums.products }, ofParameters }
  }

  const gradientsOf = (
    block: Block,
    from: Vectors,
  ): { own: Value; others: Value; parameters: Value[] } => {
    const { lanes, measured } = block
    const pulls = reduction.pull(lanes, memory)
    const { positive, negative } = resolved
    const scores: [Score, Value][] = [[positive, pulls.plus]]
    if (negative) scores.push([negative, pulls.minus])
    const { slopes, ofParameters } = slopesOf(measured, lanes.evaluate, scores)
    const found = pullPairs(o, measured, slopes, from, columns)
    let ofColumns = found.b ?? o.mul(columns.vectors, 0)
    const nothing = o.filledLike(lanes.real, 0)
    if (pulls.swapped && negative) {
      const { places, pull } = pulls.swapped
      const across = block.across(places)
      const sent = slopesOf(across.measured, across.evaluate, [[negative, pull]])
      const both = pullPairs(o, across.measured, sent.slopes, across.from, columns)
      if (both.b) ofColumns = o.add(ofColumns, both.b)
      if (both.a) ofColumns = o.addRows(ofColumns, across.rows.positive, both.a)
      sent.ofParameters.forEach((parts, index) => {
        const ofAnchors = parts.map((part) => o.addRows(nothing, across.rows.anchor, part))
        ofParameters[index]?.push(...ofAnchors)
      })
    }
    return {
      own: found.a ?? o.mul(from.vectors, 0),
      others: ofColumns,
      parameters: names.map((_, index) =>
        [...(ofParameters[index] ?? []), pulls.parameters[index]]
          .filter((part) => part !== undefined)
          .reduce((sum, part) => o.add(sum, part), nothing),
      ),
    }
  }

  const gradients = (): DirectionGradients => {
    builder.stage('backward', 'Stage 5: gradients, block by block')
    const zero = (like: Value): Value => o.filledLike(like, 0)
    const start = [zero(columns.vectors), ...names.map((name) => zero(parameters[name] as Value))]
    const result = pass('backward', start, ranked, (block, [sum, ...before], slices) => {
      const found = gradientsOf(seen(block, slices), block)
      const after = names.map((name, index) => {
        const [own, by] = [before[index] as Value, found.parameters[index] as Value]
        if (!inputs.perClass.includes(name)) return o.add(own, o.total(by))
        const at = o.reshape(o.max(block.labels, 0), [size])
        return o.addRows(own, at, by)
      })
      return { states: [o.add(sum as Value, found.others), ...after], outputs: [found.own] }
    })
    const [ofOthers, ...ofParameters] = result.states as [Value, ...Value[]]
    return {
      anchors: whole(unstack(result.outputs[0] as Value)),
      others: whole(ofOthers),
      parameters: ofParameters.map(whole),
    }
  }
  return { loss: whole(value), gradients }
}
