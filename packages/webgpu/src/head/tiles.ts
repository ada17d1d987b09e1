import type { TileSize, Tiling, VectorTileSize } from '../stages/product.js'

/** Parameters of the products. All but `splits` change speed alone and leave every bit of the results as it is. */
export interface Tiles {
  /** How the first product (cosines) is cut, the second (d loss / d X) and the third (d loss / d W). */
  readonly cosineTiling: Tiling
  readonly embeddingTiling: Tiling
  readonly weightTiling: Tiling
  /** Vectors and rows that a thread of the first product takes, where it is cut directly. */
  readonly cosine: VectorTileSize
  readonly cosineRows: TileSize
  /** Threads of its workgroups along the rows, beside 16 along the vectors. */
  readonly cosineGroup: 1 | 4
  /** Values along D that a thread of the second product takes, beside 16 rows, where it is cut directly; fewer where D does not allow them. */
  readonly embedding: TileSize
  /** Vectors and values along D that a thread of the last product takes, likewise. */
  readonly weight: VectorTileSize
  readonly weightValues: TileSize
  /** Threads of its workgroups along the vectors, beside those along D. */
  readonly weightGroup: 1 | 4
  /** Parts of a chunk that the second product sums side by side. */
  readonly splits: 1 | 4 | 16
}

/** Where nothing was measured. */
export const defaultTiles: Tiles = {
  cosineTiling: 'direct',
  embeddingTiling: 'direct',
  weightTiling: 'direct',
  cosine: 8,
  cosineRows: 4,
  cosineGroup: 1,
  embedding: 4,
  weight: 8,
  weightValues: 4,
  weightGroup: 1,
  splits: 4,
}

/** Values that are tried. */
export const tileChoices = {
  tiling: ['direct', 'quad', 'shared'],
  tile: [4, 8, 16],
  vectorTile: [4, 8, 16, 24],
  group: [1, 4],
} as const

/** Whether neighbours swap values. */
export const needsSwaps = ({ cosineTiling, embeddingTiling, weightTiling }: Tiles): boolean =>
  [cosineTiling, embeddingTiling, weightTiling].includes('quad')

/** Where measured tiles are kept between visits; `localStorage` is one. */
export interface TileStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

/** Tiles from text of a storage; undefined where it is not what `JSON.stringify` of tiles gives. */
export const parseTiles = (text: string | null): Tiles | undefined => {
  if (text === null) return undefined
  try {
    const found = { ...defaultTiles, ...(JSON.parse(text) as Partial<Tiles>) }
    const { tile, vectorTile, group, tiling } = tileChoices
    const known =
      tiling.includes(found.cosineTiling) &&
      tiling.includes(found.embeddingTiling) &&
      tiling.includes(found.weightTiling) &&
      [found.cosine, found.weight].every((size) => vectorTile.includes(size)) &&
      [found.cosineRows, found.embedding, found.weightValues].every((size) =>
        tile.includes(size),
      ) &&
      group.includes(found.cosineGroup) &&
      group.includes(found.weightGroup)
    return known ? { ...found, splits: defaultTiles.splits } : undefined
  } catch {
    return undefined
  }
}
