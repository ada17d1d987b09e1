/**
 * Arrays that the steps of one head take in turn. A step that takes its own leaves a megabyte and more to the garbage collector,
 * which lets many of them pile up.
 */
export class Scratch {
  readonly #arrays = new Map<string, Float64Array>()

  /** Zeros. What was taken by that name before is overwritten. */
  take(name: string, length: number): Float64Array {
    const before = this.#arrays.get(name)
    if (before?.length === length) return before.fill(0)
    const array = new Float64Array(length)
    this.#arrays.set(name, array)
    return array
  }
}
