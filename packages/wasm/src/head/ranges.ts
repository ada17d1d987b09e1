import { type Panels, padded, panelsOf, type Shape } from '../step/shape.js'

/** The columns of a lane. */
export interface Range {
  readonly from: number
  readonly panels: Panels
}

/** Splits the columns into at most `lanes` runs of whole blocks. */
export const rangesOf = (shape: Shape, lanes: number): readonly Range[] => {
  const share = Math.ceil(shape.columns / lanes)
  const { blockColumns } = panelsOf({ ...shape, columns: share })
  // Shares of whole blocks, so that only the last lane has a part of one.
  const columns = padded(share, blockColumns)
  return Array.from({ length: Math.ceil(shape.columns / columns) }, (_, lane) => {
    const from = lane * columns
    return {
      from,
      panels: panelsOf({ ...shape, columns: Math.min(columns, shape.columns - from) }),
    }
  })
}
