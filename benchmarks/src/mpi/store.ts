import type { StoredArray, WeightSource } from '@arcmargin/wasm'

/** Values of one piece, 1 GB: a typed array cannot hold all. */
const pieceLength = 1 << 28

/**
 * Class weights and momentum in this process's own memory, as a source that a head streams.
 *
 * @param values of each array.
 * @param dimension D, of which a piece holds a multiple.
 * @param fill writes the class weights from a value on.
 */
export const createStore = (
  values: number,
  dimension: number,
  fill: (first: number, target: Float32Array) => void,
): WeightSource => {
  const length = pieceLength - (pieceLength % dimension)
  const pieces = (): Float32Array[] =>
    Array.from(
      { length: Math.ceil(values / length) },
      (_, piece) => new Float32Array(Math.min(length, values - piece * length)),
    )
  const weights = pieces()
  weights.forEach((piece, index) => {
    fill(index * length, piece)
  })
  const arrays = new Map<StoredArray, Float32Array[]>([
    ['weights', weights],
    ['momentum', pieces()],
  ])
  const runs = (
    array: StoredArray,
    first: number,
    count: number,
    move: (stored: Float32Array, at: number) => void,
  ): void => {
    const held = arrays.get(array)
    if (!held) throw new Error(`${array} is not stored`)
    for (let done = 0; done < count; ) {
      const start = first * dimension + done
      const at = start % length
      const piece = held[Math.floor(start / length)] as Float32Array
      const stored = piece.subarray(at, at + count - done)
      move(stored, done)
      done += stored.length
    }
  }
  return {
    read: (array, first, target) =>
      runs(array, first, target.length, (stored, at) => target.set(stored, at)),
    write: (array, first, given) =>
      runs(array, first, given.length, (stored, at) =>
        stored.set(given.subarray(at, at + stored.length)),
      ),
  }
}
