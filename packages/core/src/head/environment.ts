import { compile } from '../expression/compile.js'
import type { Expression } from '../expression/node.js'
import type { ParameterValues } from './parameters.js'
import type { Targets } from './target.js'

/** Values that formulas over the rows of a batch may use: arrays over the rows and numbers for all of them. */
export interface RowEnvironment {
  readonly rows: number
  readonly varying: Record<string, ArrayLike<number>>
  readonly uniform: Record<string, number>
}

/** The target's inputs for every row, with per-class parameters taken at the row's class. */
export const rowEnvironment = (
  targets: Targets,
  featureNorms: Float64Array,
  classes: ArrayLike<number>,
  parameters: ParameterValues,
): RowEnvironment => {
  const atTarget = Object.fromEntries(
    Object.entries(parameters.perClass).map(([name, table]) => [
      name,
      Float64Array.from(classes, (label) => table[Math.max(label, 0)] as number),
    ]),
  )
  return {
    rows: featureNorms.length,
    varying: {
      theta: targets.angles,
      cosTheta: targets.cosines,
      sinTheta: targets.sines,
      featureNorm: featureNorms,
      weightNorm: targets.norms,
      ...atTarget,
      ...parameters.perSample,
    },
    uniform: { ...parameters.scalars },
  }
}

/** Evaluates formulas for every row; the arrays are the caller's. */
export const evaluateRows = (
  formulas: readonly Expression[],
  { rows, varying, uniform }: RowEnvironment,
): readonly Float64Array[] => compile(formulas, Object.keys(varying)).run(rows, varying, uniform)
