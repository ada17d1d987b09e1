import type { Environment } from '../emit/emit.js'
import type { Ops } from '../graph/ops.js'
import type { Dim, Value } from '../graph/value.js'

/** Stands for -∞, log Σ over nothing, and stays finite when a score is added. */
export const lowest = -1e38

/** 0, 1, … up to the length of an axis, as an int32 row [1, length]. */
export const columnNumbers = (o: Ops, a: Value): Value => {
  const [length = 1] = a.shape
  const end = o.reshape(o.lengthOf(a, 0), [])
  const [start, step] = [o.builder.constant('int64', 0), o.builder.constant('int64', 1)]
  const [range] = o.builder.node('Range', [start, end, step], [{ type: 'int64', shape: [length] }])
  return o.cast(o.reshape(range as Value, [1, length]), 'int32')
}

/** The places [count, 2] where a matrix is not 0, as int64; `count` names their number. */
export const placesOf = (o: Ops, mask: Value, count: string): Value => {
  const [places] = o.builder.node('NonZero', [mask], [{ type: 'int64', shape: [2, count] }])
  return o.transpose(places as Value)
}

/** The elements [count, 1] of a matrix at places [count, 2]. */
export const elementsAt = (o: Ops, matrix: Value, places: Value): Value => {
  const [count = 1] = places.shape
  const [found] = o.builder.node(
    'GatherND',
    [matrix, places],
    [{ type: matrix.type, shape: [count] }],
  )
  return o.reshape(found as Value, [count, 1])
}

/** A matrix with values [count, 1] added at places [count, 2]; a place may be named several times. */
export const addAt = (o: Ops, matrix: Value, places: Value, values: Value): Value => {
  const flat = o.reshape(values, [values.shape[0] as Dim])
  return o.builder.node('ScatterND', [matrix, places, flat], [matrix], {
    reduction: 'add',
  })[0] as Value
}

/** One column of an index [count, n], as [count, 1]. */
export const indexColumn = (o: Ops, index: Value, column: number): Value => {
  const at = o.builder.constant('int64', [column], [1])
  const shape = [index.shape[0] as Dim, 1]
  return o.builder.node('Gather', [index, at], [{ type: index.type, shape }], {
    axis: 1,
  })[0] as Value
}

/** One column of an index [count, n], as [count]. */
export const indexAt = (o: Ops, index: Value, column: number): Value =>
  o.reshape(indexColumn(o, index, column), [index.shape[0] as Dim])

/** The same rows of several columns. */
export const rowsOf = (o: Ops, columns: Environment, rows: Value): Environment =>
  Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, o.gather(column, rows)]),
  )

/** Columns side by side: [count, n]. */
export const beside = (o: Ops, columns: readonly Value[]): Value => {
  const [first] = columns as [Value]
  const shape = [first.shape[0] as Dim, columns.length]
  return o.builder.node('Concat', columns, [{ type: first.type, shape }], { axis: 1 })[0] as Value
}

/** A condition as 0 or 1. */
export const toNumber = (o: Ops, condition: Value): Value => o.cast(condition, 'float')

/** weights·value, 0 for weight 0: a value that does not count may be anything. */
export const weigh = (o: Ops, weights: Value, value: Value): Value =>
  o.where(o.compare('gt', weights, 0), o.mul(weights, value), 0)

/** Σ weights·value, a scalar. */
export const total = (o: Ops, weights: Value, value: Value): Value =>
  o.total(weigh(o, weights, value))

/** log Σ weights·e^scores along an axis, which stays with length 1. */
export const logSum = (o: Ops, weights: Value, scores: Value, axis: number): Value => {
  const masked = o.where(o.compare('gt', weights, 0), scores, lowest)
  const largest = o.reduce('ReduceMax', masked, axis)
  const sum = o.sum(o.mul(weights, o.unary('Exp', o.sub(masked, largest))), axis)
  const some = o.compare('gt', sum, 0)
  return o.where(some, o.add(largest, o.unary('Log', o.where(some, sum, 1))), lowest)
}

/** log(e^a + e^b), also where one is {@link lowest}. */
export const joinLogs = (o: Ops, a: Value, b: Value): Value => {
  const largest = o.max(a, b)
  const share = (one: Value): Value => o.unary('Exp', o.sub(one, largest))
  return o.add(largest, o.unary('Log', o.add(share(a), share(b))))
}
