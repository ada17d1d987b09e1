import type { Random } from '../random.js'

/** An array that the optimizer changes, with the gradient of the last step. */
export interface Parameter {
  readonly value: Float32Array<ArrayBuffer>
  readonly gradient: Float32Array<ArrayBuffer>
}

/** A parameter whose every value is `fill`. */
export const constantParameter = (length: number, fill: number): Parameter => ({
  value: new Float32Array(length).fill(fill),
  gradient: new Float32Array(length),
})

/** A parameter drawn uniformly from [-bound, bound). */
export const uniformParameter = (length: number, bound: number, random: Random): Parameter => ({
  value: Float32Array.from({ length }, () => random.between(-bound, bound)),
  gradient: new Float32Array(length),
})
