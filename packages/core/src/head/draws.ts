import { ParameterError, ShapeError } from '../errors.js'
import type { ResolvedLoss } from '../losses/resolve.js'
import { evaluateRows, type RowEnvironment } from './environment.js'
import { uniform } from './uniform.js'

/**
 * Hands out drawn margins by rank: the smallest to the row with the largest target cosine, and so on.
 * Boutros et al., ElasticFace, arXiv:2109.09416 (the "+" variants).
 *
 * @param margins [N] drawn values.
 * @param targetCosines [N] cosine of each row with its class.
 * @returns [N] the same values in another order.
 */
export const matchByRank = (
  margins: ArrayLike<number>,
  targetCosines: ArrayLike<number>,
): Float64Array => {
  if (margins.length !== targetCosines.length) {
    throw new ShapeError(`has ${margins.length} values`, {
      argument: 'margins',
      allowed: `${targetCosines.length}, one for each cosine`,
    })
  }
  const ascending = Float64Array.from(margins).sort()
  const rows = Array.from(targetCosines, (_, row) => row)
  rows.sort((a, b) => (targetCosines[b] as number) - (targetCosines[a] as number))
  const matched = new Float64Array(rows.length)
  rows.forEach((row, rank) => {
    matched[row] = ascending[rank] as number
  })
  return matched
}

/** One normally distributed number from two uniform ones (Box and Muller). */
export const normal = (random: () => number): number =>
  // 1 - u lies in (0, 1], where the logarithm is finite.
  Math.sqrt(-2 * Math.log(1 - uniform(random))) * Math.cos(2 * Math.PI * uniform(random))

/**
 * Draws what the loss asks for and the caller did not give; in evaluation the means.
 *
 * @throws ParameterError where there is something to draw and no generator.
 */
export const drawValues = (
  { draws }: ResolvedLoss,
  environment: RowEnvironment,
  columns: Int32Array,
  training: boolean,
  random: (() => number) | undefined,
): void => {
  for (const [name, { mean, std, rankMatched }] of Object.entries(draws)) {
    if (environment.varying[name]) continue
    const [means, spreads] = evaluateRows([mean, std], environment) as [Float64Array, Float64Array]
    if (training && typeof random !== 'function') {
      throw new ParameterError('is needed to draw margins', {
        argument: 'random',
        allowed: `a function that returns numbers in [0, 1), or parameters.${name}`,
      })
    }
    const drawn =
      training && random
        ? means.map((value, row) => value + (spreads[row] as number) * normal(random))
        : means
    const cosines = environment.varying['cosTheta'] as Float64Array
    environment.varying[name] = rankMatched ? matchCounted(drawn, cosines, columns) : drawn
  }
}

/** Ranks run over the rows that count; the others keep what they drew. */
const matchCounted = (
  drawn: Float64Array,
  cosines: Float64Array,
  columns: Int32Array,
): Float64Array => {
  const counted = [...columns.keys()].filter((row) => (columns[row] as number) >= 0)
  const take = (values: Float64Array): number[] => counted.map((row) => values[row] as number)
  const matched = Float64Array.from(drawn)
  matchByRank(take(drawn), take(cosines)).forEach((value, index) => {
    matched[counted[index] as number] = value
  })
  return matched
}
