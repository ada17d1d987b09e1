import { ShapeError } from '../errors.js'
import type { FloatArray } from './batch.js'
import { countRows } from './layout.js'
import { normalize } from './normalize.js'

/**
 * Variational prototype learning: before the head, each class weight is mixed with the last embedding seen of its class,
 * w' = (1-λ)ŵ + λq̂. Deng et al., VPL, CVPR 2021; λ = 0.15 there, memories older than 200 steps not used.
 *
 * @param classWeights [C, D].
 * @param memory [C, D] last embedding of each class; not read where `mix` is 0.
 * @param mix [C] λ of each class, 0 where the memory is missing or too old.
 * @param dimension D.
 * @returns [C, D] weights to give to the head in place of `classWeights`.
 */
export const mixPrototypes = (
  classWeights: FloatArray,
  memory: FloatArray,
  mix: ArrayLike<number>,
  dimension: number,
): Float64Array => {
  const classes = checkMix(classWeights, mix, dimension)
  if (memory.length !== classWeights.length) {
    throw new ShapeError(`has ${memory.length} values`, {
      argument: 'memory',
      allowed: `${classWeights.length}`,
    })
  }
  const mixed = new Float64Array(classWeights.length)
  const unit = new Float64Array(dimension)
  for (let label = 0; label < classes; label++) {
    const start = label * dimension
    const share = mix[label] as number
    normalize('classWeights', label, classWeights, start, 1, mixed, start, dimension)
    if (share === 0) continue
    normalize('memory', label, memory, start, 1, unit, 0, dimension)
    for (let d = 0; d < dimension; d++) {
      mixed[start + d] = (1 - share) * (mixed[start + d] as number) + share * (unit[d] as number)
    }
  }
  return mixed
}

/**
 * Carries the head's gradient by the mixed weights back to the class weights: dL/dw = (1-λ)(I - ŵŵᵀ)g/|w|.
 *
 * @param gradient [C, D] by the mixed weights.
 * @param classWeights [C, D] as given to {@link mixPrototypes}.
 * @param mix [C] λ of each class.
 * @param dimension D.
 * @returns [C, D] gradient by the class weights.
 */
export const unmixGradient = (
  gradient: FloatArray,
  classWeights: FloatArray,
  mix: ArrayLike<number>,
  dimension: number,
): Float64Array => {
  const classes = checkMix(classWeights, mix, dimension)
  const result = new Float64Array(gradient.length)
  const unit = new Float64Array(dimension)
  for (let label = 0; label < classes; label++) {
    const start = label * dimension
    const norm = normalize('classWeights', label, classWeights, start, 1, unit, 0, dimension)
    if (norm === 0) continue
    let along = 0
    for (let d = 0; d < dimension; d++)
      along += (gradient[start + d] as number) * (unit[d] as number)
    const factor = (1 - (mix[label] as number)) / norm
    for (let d = 0; d < dimension; d++) {
      result[start + d] = factor * ((gradient[start + d] as number) - along * (unit[d] as number))
    }
  }
  return result
}

const checkMix = (classWeights: FloatArray, mix: ArrayLike<number>, dimension: number): number => {
  const classes = countRows('classWeights', classWeights.length, dimension, 'dimension')
  if (mix.length === classes) return classes
  throw new ShapeError(`has ${mix.length} values`, { argument: 'mix', allowed: `${classes}` })
}
