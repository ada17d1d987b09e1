/** The matrix products in float. A panel holds what a tile reads in the order it reads it. */
import { tile } from './tile'

/** A dot product is summed in runs of this many products, whose sums are then added: fewer roundings in a row. */
const run: i32 = 256

/**
 * cosines[rows/16][vectors][16] = <x̂, ŵ>.
 *
 * @param x [rows/16][dimension][16] unit embeddings.
 * @param w [vectors/2][dimension][2] unit class weights.
 */
export function cosines(
  x: usize,
  rows: i32,
  w: usize,
  vectors: i32,
  dimension: i32,
  out: usize,
): void {
  for (let row = 0; row < rows; row += 16) {
    for (let first = 0; first < dimension; first += run) {
      const steps = min(run, dimension - first)
      const b = x + <usize>(row * dimension + first * 16) * 4
      for (let vector = 0; vector < vectors; vector += 2) {
        const a = w + <usize>(vector * dimension + first * 2) * 4
        tile<f32>(a, b, steps, out + <usize>(row * vectors + vector * 16) * 4, 64, first > 0)
      }
    }
  }
}

/**
 * sum[rows][width] += Σ_vectors factors·ŵ.
 *
 * @param factors [rows/2][vectors][2].
 * @param w [width/16][vectors][16] unit class weights.
 */
export function addToEmbeddings(
  factors: usize,
  rows: i32,
  w: usize,
  vectors: i32,
  width: i32,
  sum: usize,
): void {
  for (let d = 0; d < width; d += 16) {
    for (let row = 0; row < rows; row += 2) {
      const a = factors + <usize>(row * vectors) * 4
      const to = sum + <usize>(row * width + d) * 4
      tile<f32>(a, w + <usize>(d * vectors) * 4, vectors, to, <usize>width * 4, true)
    }
  }
}

/**
 * out[vectors][width] = Σ_rows factors·x̂.
 *
 * @param factors [vectors/2][rows][2].
 * @param x [width/16][rows][16] unit embeddings.
 */
export function weightSums(
  factors: usize,
  vectors: i32,
  x: usize,
  rows: i32,
  width: i32,
  out: usize,
): void {
  for (let d = 0; d < width; d += 16) {
    for (let vector = 0; vector < vectors; vector += 2) {
      const a = factors + <usize>(vector * rows) * 4
      const to = out + <usize>(vector * width + d) * 4
      tile<f32>(a, x + <usize>(d * rows) * 4, rows, to, <usize>width * 4, false)
    }
  }
}
