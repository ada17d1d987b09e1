import type { Ops } from '../graph/ops.js'
import type { Dim, Value } from '../graph/value.js'

/** How the cosines of K sub-centers became the one of their class. */
export interface Pooling {
  /** Whether the pooled cosine is a mean, so that no one sub-center lies at its angle. */
  readonly soft: boolean
  /** [R, B] pooled cosine. */
  readonly pooled: Value
  /** [R, B, K] 1 at the sub-center that was chosen (the first of equals; with the mean the first of all). */
  readonly mask: Value
  /** [R, B, K] d pooled / d cosine. */
  readonly weights: Value
  /** [R, B] what the chosen sub-center has, of [R or 1, B, K]. */
  chosen(each: Value): Value
}

/** Pools [R, B, K] cosines: the largest, or the mean weighted by softmax(cosine/temperature). */
export const poolSubCenters = (o: Ops, cosines: Value, temperature: Value | undefined): Pooling => {
  const [rows, block, subCenters] = cosines.shape as [Dim, number, number]
  const narrow = (value: Value): Value => o.reshape(value, [value.shape[0] as Dim, block])
  if (subCenters === 1) {
    const one = o.builder.constant('float', [1], [1, 1, 1])
    const pooled = narrow(cosines)
    return { soft: temperature !== undefined, pooled, mask: one, weights: one, chosen: narrow }
  }
  const chooser =
    (mask: Value): Pooling['chosen'] =>
    (each) =>
      o.reshape(o.sum(o.mul(mask, each), 2), [rows, block])
  if (temperature === undefined) {
    const mask = o.oneHot(o.reshape(o.argMax(cosines, 2), [rows, block]), subCenters)
    const pooled = narrow(o.reduce('ReduceMax', cosines, 2))
    return { soft: false, pooled, mask, weights: mask, chosen: chooser(mask) }
  }
  const first = Array.from({ length: subCenters }, (_, k) => (k === 0 ? 1 : 0))
  const mask = o.add(o.mul(cosines, 0), o.builder.constant('float', first, [1, 1, subCenters]))
  const shares = o.softmax(o.div(cosines, temperature), 2)
  const mean = o.sum(o.mul(shares, cosines), 2)
  const weights = o.mul(shares, o.add(1, o.div(o.sub(cosines, mean), temperature)))
  return { soft: true, pooled: narrow(mean), mask, weights, chosen: chooser(mask) }
}
