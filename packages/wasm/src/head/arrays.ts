import { ParameterError, ShapeError } from '@arcmargin/core'
import type { FloatArray } from '@arcmargin/core/head'
import type { Kernel } from '../kernel/instance.js'
import type { HeadPlaces } from './memory.js'
import { arraysOf, type Optimizer } from './optimizer.js'
import type { MarginHeadOptions } from './options.js'
import type { StoredArray } from './source.js'

/** The arrays that a head holds in its memory, [C, K, D] each. */
export class HeadArrays {
  readonly #kernel: Kernel
  readonly #places: HeadPlaces
  /** The arrays that are held. */
  readonly names: readonly StoredArray[]
  /** Values of a class, K·D. */
  readonly #size: number
  readonly #classes: number

  constructor(
    kernel: Kernel,
    places: HeadPlaces,
    optimizer: Optimizer | undefined,
    classes: number,
    size: number,
  ) {
    this.#kernel = kernel
    this.#places = places
    this.names = ['weights', ...arraysOf(optimizer)]
    this.#classes = classes
    this.#size = size
  }

  /** A view of `count` values of the memory. */
  floats(address: number, count: number): Float32Array {
    return new Float32Array(this.#kernel.memory.buffer, address, count)
  }

  /** A view of a whole array, or of a run of its classes. */
  view(name: StoredArray, first = 0, count: number = this.#classes - first): Float32Array {
    const { weights, slots } = this.#places
    if (weights === undefined) {
      throw new ParameterError('holds the class weights: read them there', { argument: 'source' })
    }
    const index = this.names.indexOf(name)
    if (index < 0) {
      const allowed = this.names.join(', ')
      throw new ParameterError('is not held', { argument: 'array', value: name, allowed })
    }
    const fits = Number.isInteger(first) && Number.isInteger(count) && first >= 0 && count >= 0
    if (!fits || first + count > this.#classes) {
      throw new ParameterError('are not held', {
        argument: 'classes',
        value: `${first} to ${first + count - 1}`,
        allowed: `0 to ${this.#classes - 1}`,
      })
    }
    const address = [weights, ...slots][index] as number
    return this.floats(address + 4 * first * this.#size, count * this.#size)
  }

  /** Replaces values; refuses a wrong length. */
  write(name: StoredArray, values: FloatArray, first = 0): void {
    const count = values.length / this.#size
    if (!Number.isInteger(count)) {
      throw new ShapeError(`has ${values.length} values`, {
        argument: name,
        allowed: `a multiple of ${this.#size}`,
      })
    }
    this.view(name, first, count).set(values)
  }

  /** Fills the class weights from an array or by a function. */
  fill(weights: NonNullable<MarginHeadOptions['weights']>, vectorSize: number): void {
    const all = this.view('weights')
    if (typeof weights !== 'function') {
      all.set(weights)
      return
    }
    const rows = Math.max(1, Math.floor((1 << 20) / vectorSize))
    for (let first = 0; first * vectorSize < all.length; first += rows) {
      weights(first, all.subarray(first * vectorSize, (first + rows) * vectorSize))
    }
  }

  /** Lets the optimiser start anew. */
  forget(): void {
    for (const name of this.names.slice(1)) this.view(name).fill(0)
  }
}
