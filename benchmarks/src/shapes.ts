/** A batch against all classes: N embeddings of dimension D, C classes. */
export interface Shape {
  readonly name: string
  readonly rows: number
  readonly dimension: number
  readonly classes: number
}

/** The shapes that every engine is measured on. */
export const shapes: readonly Shape[] = [
  { name: 'S1', rows: 64, dimension: 128, classes: 1_000 },
  { name: 'S2', rows: 128, dimension: 512, classes: 10_000 },
]

/** Work of one training step in GFLOP: three matrix products. */
export const gigaflops = ({ rows, dimension, classes }: Shape): number =>
  (3 * 2 * rows * dimension * classes) / 1e9
