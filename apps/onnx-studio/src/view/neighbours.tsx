import { useComputed } from '@preact/signals'
import picturesUrl from '../../../verification-lab/data/pictures.webp'
import { classOf, lookedUpRows, names, vendors } from '../model/pictures.js'
import { history, query, training } from '../store.js'

const shownCount = 6

/** Side of a picture on the screen, in CSS pixels. */
const side = 58

/** The training pictures nearest to a picture that no step saw; they change as the steps go on. */
export const Neighbours = () => {
  const found = useComputed(() => {
    const step = history.value.length
    return { step, neighbours: training.value?.neighboursOf(query.value, shownCount) ?? [] }
  }).value
  const row = query.value
  return (
    <>
      <h3>Its neighbours</h3>
      <div class="row">
        <label for="query">Look up a drawing that no step sees</label>
        <select
          id="query"
          value={row}
          onChange={(event) => {
            query.value = Number(event.currentTarget.value)
          }}
        >
          {lookedUpRows.map((one) => (
            <option key={one} value={one}>
              {names[classOf(one)]}, {vendors[one % vendors.length]}
            </option>
          ))}
        </select>
      </div>
      <ul class="tiles" aria-label="The drawing that is looked up, then its neighbours">
        <li>
          <Tile row={row} kind="" />
          <b>{names[classOf(row)]}</b>
        </li>
        {found.neighbours.map((neighbour) => {
          const same = classOf(neighbour.row) === classOf(row)
          return (
            <li key={neighbour.row} data-row={neighbour.row}>
              <Tile row={neighbour.row} kind={same ? 'same' : 'other'} />
              {same ? '✓ ' : '✗ '}
              {names[classOf(neighbour.row)]}, {((neighbour.theta * 180) / Math.PI).toFixed(1)}°
            </li>
          )
        })}
      </ul>
    </>
  )
}

interface TileProps {
  readonly row: number
  readonly kind: '' | 'same' | 'other'
}

/** One tile of the sheet: a row an emoji, a column a vendor. */
const Tile = ({ row, kind }: TileProps) => {
  const left = row % vendors.length
  return (
    <div
      class={`tile ${kind}`}
      role="img"
      aria-label={`${names[classOf(row)]}, drawn by ${vendors[left]}`}
      style={{
        backgroundImage: `url(${picturesUrl})`,
        backgroundSize: `${side * vendors.length}px auto`,
        backgroundPosition: `${-side * left}px ${-side * classOf(row)}px`,
      }}
    />
  )
}
