import type { GraphBuilder } from './builder.js'
import type { Attribute } from './scope.js'
import { broadcast, type Dim, type ElementType, type Operand, type Value } from './value.js'

/**
 * The ONNX operators that the head is made of, by their effect, with shapes worked out. A plain number stands for a constant of
 * the other operand's type.
 */
export class Ops {
  readonly builder: GraphBuilder

  constructor(builder: GraphBuilder) {
    this.builder = builder
  }

  /** A value of the operand, in the other one's type. */
  value(operand: Operand, like: ElementType = 'float'): Value {
    return typeof operand === 'number' ? this.builder.constant(like, operand) : operand
  }

  add(a: Operand, b: Operand): Value {
    return this.#elementwise('Add', [a, b])
  }
  sub(a: Operand, b: Operand): Value {
    return this.#elementwise('Sub', [a, b])
  }
  mul(a: Operand, b: Operand): Value {
    if (a === 1) return this.value(b)
    return b === 1 ? this.value(a) : this.#elementwise('Mul', [a, b])
  }
  div(a: Operand, b: Operand): Value {
    return this.#elementwise('Div', [a, b])
  }
  min(a: Operand, b: Operand): Value {
    return this.#elementwise('Min', [a, b])
  }
  max(a: Operand, b: Operand): Value {
    return this.#elementwise('Max', [a, b])
  }
  pow(a: Operand, b: Operand): Value {
    return this.#elementwise('Pow', [a, b])
  }
  and(a: Value, b: Value): Value {
    return this.#elementwise('And', [a, b], 'bool')
  }
  equal(a: Operand, b: Operand): Value {
    return this.#elementwise('Equal', [a, b], 'bool')
  }
  /** a < b, a <= b, a > b, a >= b. */
  compare(order: 'lt' | 'le' | 'gt' | 'ge', a: Operand, b: Operand): Value {
    const names = { lt: 'Less', le: 'LessOrEqual', gt: 'Greater', ge: 'GreaterOrEqual' }
    return this.#elementwise(names[order], [a, b], 'bool')
  }
  /** An operation on each element, e.g. `Exp`. */
  unary(operation: string, a: Value): Value {
    return this.#one(operation, [a], a)
  }
  where(condition: Value, a: Operand, b: Operand): Value {
    const type = typeof a === 'number' ? (typeof b === 'number' ? 'float' : b.type) : a.type
    const [x, y] = [this.value(a, type), this.value(b, type)]
    const shape = broadcast([condition.shape, x.shape, y.shape])
    return this.#one('Where', [condition, x, y], { type, shape })
  }
  cast(a: Value, type: ElementType): Value {
    const to = { float: 1, float16: 10, int32: 6, int64: 7, bool: 9 }[type as 'float']
    return a.type === type ? a : this.#one('Cast', [a], { type, shape: a.shape }, { to })
  }

  /** Along one axis, which stays with length 1. */
  reduce(operation: 'ReduceMax' | 'ReduceSum' | 'ReduceSumSquare', a: Value, axis: number): Value {
    const shape = a.shape.map((dim, index) => (index === axis ? 1 : dim))
    if (operation === 'ReduceSum') {
      const axes = this.builder.constant('int64', [axis], [1])
      return this.#one(operation, [a, axes], { type: a.type, shape })
    }
    return this.#one(operation, [a], { type: a.type, shape }, { axes: [axis] })
  }
  sum(a: Value, axis: number): Value {
    return this.reduce('ReduceSum', a, axis)
  }
  /** The sum of all elements: a scalar. */
  total(a: Value): Value {
    return this.#one('ReduceSum', [a], { type: a.type, shape: [] }, { keepdims: 0 })
  }
  argMax(a: Value, axis: number): Value {
    const shape = a.shape.map((dim, index) => (index === axis ? 1 : dim))
    return this.#one('ArgMax', [a], { type: 'int64', shape }, { axis })
  }
  softmax(a: Value, axis: number): Value {
    return this.#one('Softmax', [a], a, { axis })
  }

  /** a·b of two matrices. */
  matmul(a: Value, b: Value): Value {
    const shape = [a.shape[0] as Dim, b.shape[1] as Dim]
    return this.#one('MatMul', [a, b], { type: a.type, shape })
  }
  /** a·bᵀ. */
  timesTransposed(a: Value, b: Value): Value {
    const shape = [a.shape[0] as Dim, b.shape[0] as Dim]
    return this.#one('Gemm', [a, b], { type: a.type, shape }, { transB: 1 })
  }
  /** aᵀ·b. */
  transposedTimes(a: Value, b: Value): Value {
    const shape = [a.shape[1] as Dim, b.shape[1] as Dim]
    return this.#one('Gemm', [a, b], { type: a.type, shape }, { transA: 1 })
  }

  /** The same elements in another shape, of which at most one length may be unknown at its place. */
  reshape(a: Value, shape: readonly Dim[]): Value {
    if (shape.length === a.shape.length && shape.every((dim, i) => dim === a.shape[i])) return a
    let open = false
    const dims = shape.map((dim, axis) => {
      if (typeof dim === 'number') return dim
      if (dim === a.shape[axis]) return 0
      if (open) throw new Error(`[${a.shape}] to [${shape}] has several unknown lengths`)
      open = true
      return -1
    })
    const target = this.builder.constant('int64', dims, [dims.length])
    return this.#one('Reshape', [a, target], { type: a.type, shape })
  }
  /** Rows of a [rows, ...] by an index of any shape. */
  gather(a: Value, index: Value): Value {
    const shape = [...index.shape, ...a.shape.slice(1)]
    return this.#one('Gather', [a, index], { type: a.type, shape }, { axis: 0 })
  }
  /** One element of each row of a [rows, columns], by [rows, 1] column indices. */
  pick(a: Value, columns: Value): Value {
    const shape = columns.shape
    return this.#one('GatherElements', [a, columns], { type: a.type, shape }, { axis: 1 })
  }
  /** `a` with one element of each row replaced, by [rows, 1] column indices. */
  put(a: Value, columns: Value, values: Value): Value {
    return this.#one('ScatterElements', [a, columns, values], a, { axis: 1 })
  }
  /** `a` with updates [M, ...] added to its rows [M]; a row may be named several times. */
  addRows(a: Value, rows: Value, updates: Value): Value {
    const index = this.cast(this.reshape(rows, [...rows.shape, 1]), 'int64')
    return this.#one('ScatterND', [a, index, updates], a, { reduction: 'add' })
  }
  /** The first entries along an axis, up to the given length. */
  head(a: Value, length: Dim, end: Value, axis = 0): Value {
    const start = this.builder.constant('int64', [0], [1])
    const axes = this.builder.constant('int64', [axis], [1])
    const shape = a.shape.map((dim, index) => (index === axis ? length : dim))
    return this.#one('Slice', [a, start, end, axes], { type: a.type, shape })
  }
  /** `a` followed by rows of zeros; `count` is an int64 scalar in a [1]. */
  padRows(a: Value, rows: Dim, count: Value): Value {
    const zeros = (length: number): Value[] =>
      length === 0 ? [] : [this.builder.constant('int64', Array(length).fill(0), [length])]
    const rank = a.shape.length
    const pads = this.concat([...zeros(rank), count, ...zeros(rank - 1)])
    return this.#one('Pad', [a, pads], { type: a.type, shape: [rows, ...a.shape.slice(1)] })
  }
  /** One after another, along the first axis. */
  concat(values: readonly Value[]): Value {
    const [first] = values as [Value]
    const length = values.reduce<number>((sum, { shape }) => sum + Number(shape[0]), 0)
    const shape = [length, ...first.shape.slice(1)]
    return this.#one('Concat', values, { type: first.type, shape }, { axis: 0 })
  }
  /** The k largest (or smallest) of the last axis, in order, with their int64 indices. */
  topK(a: Value, k: Value, length: Dim, largest: boolean): { values: Value; indices: Value } {
    const shape = [...a.shape.slice(0, -1), length]
    const [values, indices] = this.builder.node(
      'TopK',
      [a, k],
      [
        { type: a.type, shape },
        { type: 'int64', shape },
      ],
      { largest: largest ? 1 : 0 },
    ) as [Value, Value]
    return { values, indices }
  }
  /** The length of an axis as an int64 [1]. */
  lengthOf(a: Value, axis: number): Value {
    const shape = { type: 'int64', shape: [1] } as const
    return this.#one('Shape', [a], shape, { start: axis, end: axis + 1 })
  }
  /** 1 at the index and 0 elsewhere, along a new last axis. */
  oneHot(index: Value, depth: number): Value {
    const places = this.builder.constant(
      'int64',
      Array.from({ length: depth }, (_, k) => k),
      [depth],
    )
    const wide = this.reshape(index, [...index.shape, 1])
    return this.cast(this.equal(wide, places), 'float')
  }
  /** Axes in another order; default: reversed. */
  transpose(a: Value, order: readonly number[] = [...a.shape.keys()].reverse()): Value {
    const shape = order.map((axis) => a.shape[axis] as Dim)
    return this.#one('Transpose', [a], { type: a.type, shape }, { perm: order })
  }
  /** A float tensor of one number in the shape of another value. */
  filledLike(a: Value, value: number): Value {
    const shape = this.#one('Shape', [a], { type: 'int64', shape: [a.shape.length] })
    return this.#one('Expand', [this.value(value), shape], { type: 'float', shape: a.shape })
  }

  #elementwise(operation: string, operands: readonly Operand[], result?: ElementType): Value {
    const typed = operands.find((operand) => typeof operand !== 'number')
    const type = typed === undefined ? 'float' : typed.type
    const values = operands.map((operand) => this.value(operand, type))
    const shape = broadcast(values.map((value) => value.shape))
    return this.#one(operation, values, { type: result ?? type, shape })
  }

  #one(
    operation: string,
    inputs: readonly Value[],
    result: Omit<Value, 'name'>,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value {
    return this.builder.node(operation, inputs, [result], attributes)[0] as Value
  }
}
