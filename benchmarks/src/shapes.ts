/** A batch against all classes: N embeddings of dimension D, C classes of K sub-centers. */
export interface Shape {
  /** `S2`, or `NxDxC`, or `NxDxCxK`. */
  readonly name: string
  readonly rows: number
  readonly dimension: number
  readonly classes: number
  readonly subCenters: number
}

const named = {
  S1: [64, 128, 1_000],
  S2: [128, 512, 10_000],
  S3: [128, 512, 100_000],
  S4: [64, 128, 1_000_000],
} as const

/** Names of the usual shapes, from small to large. */
export const shapeNames: readonly string[] = Object.keys(named)

/** Reads `S1` to `S4`, `NxDxC` or `NxDxCxK`; undefined when the text is none of them. */
export const parseShape = (text: string): Shape | undefined => {
  const sizes = text in named ? named[text as keyof typeof named] : readSizes(text)
  if (!sizes) return undefined
  const [rows, dimension, classes, subCenters = 1] = sizes as readonly [number, number, number]
  return { name: text, rows, dimension, classes, subCenters }
}

const readSizes = (text: string): readonly number[] | undefined =>
  /^[1-9]\d*(x[1-9]\d*){2,3}$/.test(text) ? text.split('x').map(Number) : undefined

/** A shape named by its sizes. */
export const shapeOf = (
  rows: number,
  dimension: number,
  classes: number,
  subCenters: number,
): Shape => {
  const sizes = [rows, dimension, classes, ...(subCenters > 1 ? [subCenters] : [])]
  return { name: sizes.join('x'), rows, dimension, classes, subCenters }
}

/** Work of one training step in GFLOP: three matrix products. */
export const gigaflops = ({ rows, dimension, classes, subCenters }: Shape): number =>
  (3 * 2 * rows * dimension * classes * subCenters) / 1e9
