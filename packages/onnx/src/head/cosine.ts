import type { ScanStep } from '../graph/builder.js'
import type { Ops } from '../graph/ops.js'
import type { Dim, Value } from '../graph/value.js'
import { weightNorms } from './normalize.js'
import type { HeadShape } from './shape.js'

/** A run of B classes inside a pass. */
export interface ClassBlock {
  /** [B·K, D] class weights as they are, in float32. */
  readonly weights: Value
  /** [1, B·K] their norms and inverses. */
  readonly norms: Value
  readonly inverse: Value
  /** [N, B·K] what the first pass made of the products with the embeddings. */
  readonly products: Value
  /** [B] tables with a value for each class. */
  readonly tables: Readonly<Record<string, Value>>
  /** [N, 1] int32 lane of each row's own class, any lane where it is not in this block. */
  readonly lane: Value
  /** [N, 1] whether the row counts and its class is in this block. */
  readonly inside: Value
  /** [1, B] whether the lane is a class; undefined where all are. */
  readonly valid: Value | undefined
}

/** What the blocks of a head are cut from. */
export interface BlockSource {
  readonly shape: HeadShape
  /** [C, D] or [C, K, D]. */
  readonly classWeights: Value
  /** [C] tables. */
  readonly tables: Readonly<Record<string, Value>>
  /** [N, 1] int32 labels, and whether they count. */
  readonly labels: Value
  readonly counted: Value
  /** [N, D] the left factor of the products. */
  readonly left: Value
}

/** What runs inside a pass: takes states and slices, gives states and output slices. */
type Body = (block: ClassBlock, states: readonly Value[], slices: readonly Value[]) => ScanStep

/** `values` with another number at each row's own class, where that is in the block. */
const putAtTarget = (o: Ops, block: ClassBlock, values: Value, number: number): Value => {
  const before = o.pick(values, block.lane)
  return o.put(values, block.lane, o.where(block.inside, number, before))
}

/** `values` with another number where a lane is no class or a row's own. */
export const putAtOthers = (o: Ops, block: ClassBlock, values: Value, number: number): Value => {
  const real = block.valid ? o.where(block.valid, values, number) : values
  return putAtTarget(o, block, real, number)
}

/**
 * Stage 2: products of the embeddings with the class weights, streamed over blocks of classes by a Scan. Only one block exists at
 * a time, unless the shape says that products are kept; then later passes find them again.
 */
export class ClassBlocks {
  readonly #o: Ops
  readonly #source: BlockSource
  readonly #finish: (products: Value, block: ClassBlock) => Value
  /** Stacks that the first pass left for the others: norms [blocks, B·K], and products [blocks, N, B·K] where they are kept. */
  #stacks: { readonly norms: Value; readonly products: Value | undefined } | undefined

  /** `finish` turns a block's cosines into what the passes work on. */
  constructor(o: Ops, source: BlockSource, finish: (products: Value, block: ClassBlock) => Value) {
    this.#o = o
    this.#source = source
    this.#finish = finish
  }

  /** One pass over the classes. `inputs` and `outputs` are stacks [blocks, ...]. */
  pass(name: string, states: readonly Value[], inputs: readonly Value[], body: Body): ScanStep {
    const { shape, tables } = this.#source
    const o = this.#o
    const before = this.#stacks
    const kept = before ? [before.norms, ...(before.products ? [before.products] : [])] : []
    const names = Object.keys(tables)
    const stacks = [
      this.stack(this.#source.classWeights),
      ...names.map((table) => this.stack(tables[table] as Value)),
    ]
    const start = o.builder.constant('int32', 0)
    const result = o.builder.scan(
      name,
      shape.blocks,
      [start, ...states],
      [...stacks, ...kept, ...inputs],
      ([first, ...now], slices) => {
        const [weights, ...rest] = slices as [Value, ...Value[]]
        const perClass = Object.fromEntries(names.map((table, i) => [table, rest[i] as Value]))
        const [norms, products] = rest.slice(names.length, names.length + kept.length)
        const block = this.#block(first as Value, weights, perClass, norms, products)
        const step = body(block, now, rest.slice(names.length + kept.length))
        const next = o.add(first as Value, shape.block)
        const left = before
          ? []
          : [
              o.reshape(block.norms, [shape.block * shape.subCenters]),
              ...(shape.keep ? [block.products] : []),
            ]
        return { states: [next, ...step.states], outputs: [...left, ...step.outputs] }
      },
    )
    const own = before ? 0 : shape.keep ? 2 : 1
    const [norms, products] = result.outputs
    if (!before && norms) this.#stacks = { norms, products: shape.keep ? products : undefined }
    return { states: result.states.slice(1), outputs: result.outputs.slice(own) }
  }

  /** [C, ...] cut into blocks [blocks, B·K, D] or [blocks, B], filled up with zeros. */
  stack(table: Value): Value {
    const { shape } = this.#source
    const { block, blocks, dimension, subCenters } = shape
    const isWeights = table.shape.length > 1
    const width = isWeights ? block * subCenters : block
    const rest = isWeights ? [dimension] : []
    const filled = shape.padded ? this.#fill(table) : table
    if (typeof blocks === 'number') return this.#o.reshape(filled, [blocks, width, ...rest])
    return this.#o.reshape(filled, ['blocks', width, ...rest])
  }

  /** Undoes {@link stack}. */
  unstack(stacked: Value): Value {
    const { shape, classWeights } = this.#source
    const o = this.#o
    const isWeights = stacked.shape.length > 2
    const { classes, dimension, subCenters, padded } = shape
    const rest = isWeights ? (subCenters === 1 ? [dimension] : [subCenters, dimension]) : []
    if (!padded) return o.reshape(stacked, [classes, ...rest])
    const filled = o.reshape(stacked, ['filled', ...rest])
    return o.head(filled, classes, o.lengthOf(classWeights, 0))
  }

  /** [C, ...] and zeros up to a whole number of blocks. */
  #fill(table: Value): Value {
    const o = this.#o
    const { block, blocks } = this.#source.shape
    const length = o.lengthOf(table, 0)
    const size = o.builder.constant('int64', [block], [1])
    const over = o.sub(o.mul(o.div(o.sub(o.add(length, size), 1), size), size), length)
    return o.padRows(table, typeof blocks === 'number' ? blocks * block : 'filled', over)
  }

  #block(
    first: Value,
    slice: Value,
    tables: Readonly<Record<string, Value>>,
    knownNorms: Value | undefined,
    knownProducts: Value | undefined,
  ): ClassBlock {
    const o = this.#o
    const { shape, labels, counted, left, classWeights } = this.#source
    const { block: size, subCenters, padded } = shape
    const wide = (value: Value): Value => o.reshape(value, [1, size * subCenters])
    const weights = o.cast(slice, 'float')
    const squares = knownNorms
      ? o.mul(wide(knownNorms), wide(knownNorms))
      : wide(o.reduce('ReduceSumSquare', weights, 1))
    const measured = weightNorms(o, squares)
    const norms = knownNorms ? wide(knownNorms) : measured.norms
    const shifted = o.sub(labels, first)
    const inside = o.and(
      counted,
      o.and(o.compare('ge', shifted, 0), o.compare('lt', shifted, size)),
    )
    const lanes = o.builder.constant(
      'int32',
      Array.from({ length: size }, (_, i) => i),
      [1, size],
    )
    const classes = o.cast(o.reshape(o.lengthOf(classWeights, 0), []), 'int32')
    const block: ClassBlock = {
      weights,
      norms,
      inverse: measured.inverse,
      products: weights,
      tables: Object.fromEntries(
        Object.entries(tables).map(([name, table]) => [name, o.reshape(table, [1, size])]),
      ),
      lane: o.min(o.max(shifted, 0), size - 1),
      inside,
      valid: padded ? o.compare('lt', o.add(lanes, first), classes) : undefined,
    }
    if (knownProducts) return { ...block, products: knownProducts }
    const cosines = o.mul(o.timesTransposed(left, weights), block.inverse)
    return { ...block, products: this.#finish(cosines, block) }
  }
}

/** Cosines [N, B·K] by sub-center: [N, B, K]. */
export const bySubCenter = (o: Ops, values: Value, { block, subCenters }: HeadShape): Value =>
  o.reshape(values, [values.shape[0] as Dim, block, subCenters])
