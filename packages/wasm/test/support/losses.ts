import * as core from '@arcmargin/core'

/** Losses whose parameters are all numbers or tables of their own definition's kind, by the name of their factory. */
const factories = Object.entries(core).flatMap(([name, value]) =>
  typeof value === 'function' && 'definition' in value
    ? [[name, value as core.LossFactory<string>] as const]
    : [],
)

/** Bounds of the norms that `bell` gives at 8 to 40 dimensions. */
const options: Readonly<Record<string, Record<string, number>>> = {
  magFace: { lowerNorm: 1, upperNorm: 6 },
}

/** Every loss of core with its defaults. */
export const everyLoss: readonly (readonly [string, core.Loss])[] = factories.map(
  ([name, factory]) => [name, factory(options[name] ?? {})] as const,
)

/** Values for the parameters that a loss takes as tables. */
export const tablesOf = (
  loss: core.Loss,
  rows: number,
  classes: number,
): Record<string, Float64Array> =>
  Object.fromEntries(
    Object.entries(loss.parameters).flatMap(([name, scope]) => {
      if (typeof scope === 'number') return []
      const { default: value, maximum = 1 } = loss.definition.parameters[name] ?? {}
      const middle = typeof value === 'number' ? value : maximum / 2
      const length = scope === 'perClass' ? classes : rows
      return [[name, Float64Array.from({ length }, (_, i) => middle * (0.8 + (0.2 * i) / length))]]
    }),
  )

/** A user's own formula, linear in the cosine. */
export const ownLinear: core.Loss = core.defineLoss({
  name: 'own',
  citation: 'a test',
  parameters: { m: core.radians(0.3), s: core.positive(16) },
  target: 's * (cos(theta + m) - 0.1 * (theta / pi)^2)',
  other: 's * (cosTheta + 0.05) * (1 + 0.1 * featureNorm)',
})()

/** A user's own formula that is not linear in the cosine. */
export const ownCurved: core.Loss = core.defineLoss({
  name: 'own curved',
  citation: 'a test',
  parameters: { s: core.positive(16) },
  target: 's * (cosTheta - 0.2)',
  other: 's * cosTheta * (1 + 0.3 * cosTheta)',
})()
