import { compile } from '../expression/compile.js'
import type { Expression } from '../expression/node.js'
import { inputsOf } from '../expression/substitute.js'
import { blockSize, type ClassBlock } from './cosine.js'
import type { RowEnvironment } from './environment.js'
import type { Centers } from './layout.js'
import type { ParameterValues } from './parameters.js'
import type { Pooling } from './pooling.js'
import { tangent } from './target.js'

/** Nearer to a right angle than this, sqrt(1 - cos²) is accurate. A mean of cosines has no tangent to measure instead. */
const steepCosine = 1 - 1e-3

/** Stage 3 for the classes of a block against one row. */
export interface Lanes {
  /** Pooled cosine of each lane. */
  readonly cosines: Float64Array
  /** Sine of each lane; measured only where a formula uses the angle. */
  readonly sines: Float64Array
  /** Pooled sub-center of each lane. */
  readonly chosen: Int32Array
  /** Norm of each lane's pooled sub-center. */
  readonly norms: Float64Array
  /** Takes the per-class parameters of a block; call once before its rows. */
  enter(block: ClassBlock): void
  /** Pools a row's cosines and evaluates the formulas; the arrays are overwritten by the next call. */
  evaluate(block: ClassBlock, row: number): readonly Float64Array[]
  /** Index in `block.units` of the sub-center that a lane pooled. */
  unitStart(lane: number): number
}

/** What the lanes of one step share. */
export interface LaneContext {
  /** The target's values, taken at the row for every lane. */
  readonly environment: RowEnvironment
  /** [N, D] unit embeddings. */
  readonly embeddings: Float64Array
  readonly centers: Centers
  readonly pooling: Pooling
  readonly parameters: ParameterValues
}

/** Formulas evaluated side by side: a lane is a class; what depends on the row alone is one number for all lanes. */
export const createLanes = (formulas: readonly Expression[], context: LaneContext): Lanes => {
  const { environment, embeddings, centers, pooling, parameters } = context
  const { dimension, subCenters } = centers
  const size = blockSize(environment.rows, centers)
  const names = new Set(formulas.flatMap((formula) => [...inputsOf(formula)]))
  const angular = names.has('theta') || names.has('sinTheta')
  const cosines = new Float64Array(size)
  const sines = new Float64Array(angular ? size : 0)
  const angles = new Float64Array(angular ? size : 0)
  const norms = new Float64Array(size)
  const chosen = new Int32Array(size)
  const scratch = new Float64Array(dimension)
  const tables = Object.fromEntries(
    Object.keys(parameters.perClass).map((name) => [name, new Float64Array(size)]),
  )
  const varying = {
    ...tables,
    cosTheta: cosines,
    sinTheta: sines,
    theta: angles,
    weightNorm: norms,
  }
  const program = compile(formulas, Object.keys(varying))
  const unitStart = (lane: number): number =>
    (lane * subCenters + (chosen[lane] as number)) * dimension

  const measureAngles = (block: ClassBlock, row: number): void => {
    for (let lane = 0; lane < block.count; lane++) {
      const cosine = cosines[lane] as number
      const from = row * dimension
      const sine =
        pooling.soft || Math.abs(cosine) < steepCosine
          ? Math.sqrt((1 - cosine) * (1 + cosine))
          : tangent(embeddings, from, block.units, unitStart(lane), dimension, scratch)
      sines[lane] = sine
      angles[lane] = Math.atan2(sine, cosine)
    }
  }

  return {
    cosines,
    sines,
    chosen,
    norms,
    unitStart,
    enter: (block) => {
      for (const [name, lanes] of Object.entries(tables)) {
        const table = parameters.perClass[name] as ArrayLike<number>
        for (let lane = 0; lane < block.count; lane++) {
          lanes[lane] = table[centers.classOf(block.start + lane)] as number
        }
      }
    },
    evaluate: (block, row) => {
      const first = row * block.count * subCenters
      for (let lane = 0; lane < block.count; lane++) {
        cosines[lane] = pooling.pool(block.cosines, first + lane * subCenters)
        const which = pooling.which
        chosen[lane] = which
        norms[lane] = block.norms[lane * subCenters + which] as number
      }
      if (angular) measureAngles(block, row)
      const uniform: Record<string, number> = { ...environment.uniform }
      for (const [name, values] of Object.entries(environment.varying)) {
        uniform[name] = values[row] as number
      }
      return program.run(block.count, varying, uniform)
    },
  }
}
