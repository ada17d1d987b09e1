import type { Ops } from '../graph/ops.js'
import type { Operand, Value } from '../graph/value.js'

/**
 * Functions that ONNX lacks, or that runtimes compute with too few digits for small results. All of them in float32 to a few
 * units in the last place, and finite in the branches that they do not choose.
 */

/** log(1 + u) for u >= 0: Kahan's way, in which the rounding of 1 + u cancels. */
export const log1p = (o: Ops, u: Value): Value => {
  const shifted = o.add(u, 1)
  const gained = o.sub(shifted, 1)
  const lost = o.equal(gained, 0)
  const ratio = o.div(u, o.where(lost, 1, gained))
  return o.where(lost, u, o.mul(o.unary('Log', shifted), ratio))
}

/** e^u - 1 for u <= 0: Kahan's way. */
export const expm1 = (o: Ops, u: Value): Value => {
  const power = o.unary('Exp', u)
  const gained = o.sub(power, 1)
  const lost = o.equal(gained, 0)
  // Below e^-80 nothing is left beside -1, and the logarithm of a power that vanished would be infinite.
  const logarithm = o.unary('Log', o.max(o.where(lost, 2, power), 1e-35))
  return o.where(lost, u, o.div(o.mul(gained, u), logarithm))
}

/** 1/(1 + e^-a): runtimes clamp their own sigmoid where e^-a is still a number. */
export const sigmoid = (o: Ops, a: Value): Value => {
  const small = o.unary('Exp', o.unary('Neg', o.unary('Abs', a)))
  return o.div(o.where(o.compare('lt', a, 0), small, 1), o.add(small, 1))
}

/** log(1 + e^a). */
export const softplus = (o: Ops, a: Value): Value =>
  o.add(o.max(a, 0), log1p(o, o.unary('Exp', o.unary('Neg', o.unary('Abs', a)))))

/** The angle in [0, π] of a cosine and a sine that need not be exactly normalised: 2·atan(sin/(1 + |cos|)), without arc cosine. */
export const angleOf = (o: Ops, cosine: Value, sine: Value): Value => {
  const half = o.unary('Atan', o.div(sine, o.add(o.unary('Abs', cosine), 1)))
  const acute = o.mul(half, 2)
  return o.where(o.compare('lt', cosine, 0), o.sub(Math.PI, acute), acute)
}

/** Whether every element is finite: false for NaN, which no comparison holds for. */
export const finite = (o: Ops, a: Value): Value => o.compare('le', o.unary('Abs', a), 3.4e38)

/** a^b for a constant exponent of 2 or 3 as a product, which has no trouble with a negative base. */
export const power = (o: Ops, a: Operand, b: Operand, exponent: number | undefined): Value => {
  if (exponent === 2) return o.mul(a, a)
  return exponent === 3 ? o.mul(o.mul(a, a), a) : o.pow(a, b)
}
