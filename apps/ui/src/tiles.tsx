import type { ComponentChildren } from 'preact'

/** Side of a tile on the screen, in CSS pixels. */
const side = 58

/** A sheet of square pictures of one size. */
interface Sheet {
  readonly url: string
  /** Pictures in a row of the sheet. */
  readonly columns: number
}

interface TileProps {
  readonly sheet: Sheet
  /** Index of the picture, row after row. */
  readonly index: number
  readonly label: string
  /** What its frame says beside a picture that was looked up: of the same class, of another one, or nothing. */
  readonly kind?: 'same' | 'other' | undefined
}

/** One picture of a sheet. */
export const Tile = ({ sheet: { url, columns }, index, label, kind }: TileProps) => {
  const [left, top] = [index % columns, Math.floor(index / columns)]
  return (
    <div
      class={kind ? `tile ${kind}` : 'tile'}
      role="img"
      aria-label={label}
      style={{
        backgroundImage: `url(${url})`,
        backgroundSize: `${side * columns}px auto`,
        backgroundPosition: `${-side * left}px ${-side * top}px`,
      }}
    />
  )
}

interface NeighbourTilesProps {
  readonly label: string
  readonly query: { readonly row: number; readonly name: string }
  /** Nearest first; theta in radians. */
  readonly neighbours: readonly {
    readonly row: number
    readonly name: string
    readonly same: boolean
    readonly theta: number
  }[]
  /** The picture of a row; nothing for rows without pictures. */
  readonly picture: (row: number, kind?: 'same' | 'other') => ComponentChildren
}

/** What was looked up, then its neighbours: a mark and a frame for right and wrong, the name, the angle. */
export const NeighbourTiles = ({ label, query, neighbours, picture }: NeighbourTilesProps) => (
  <ul class="tiles" aria-label={label}>
    <li>
      {picture(query.row)}
      <b>{query.name}</b>
    </li>
    {neighbours.map(({ row, name, same, theta }) => (
      <li key={row} data-row={row}>
        {picture(row, same ? 'same' : 'other')}
        {same ? '✓ ' : '✗ '}
        {name}, {((theta * 180) / Math.PI).toFixed(1)}°
      </li>
    ))}
  </ul>
)
