import { useMemo } from 'preact/hooks'
import picturesUrl from '../../data/pictures.webp'
import { vendors } from '../model/demo.js'
import { neighboursOf } from '../model/measure.js'
import { current, query } from '../store.js'

const shownCount = 6

/** Side of a picture on the screen, in CSS pixels. */
const side = 58

/** The rows that lie nearest to one, as pictures where there are some. */
export const Neighbours = () => {
  const measured = current.value
  const row = query.value
  const found = useMemo(
    () => (measured ? neighboursOf(measured.set, row, shownCount) : []),
    [measured, row],
  )
  if (measured === undefined) return null
  const { set, demo } = measured
  const nameOf = (one: number): string => set.names[set.labels[one] as number] ?? ''
  return (
    <section aria-labelledby="neighbours">
      <h2 id="neighbours">Nearest neighbours</h2>
      <div class="row">
        <label for="query">Look up</label>
        <select
          id="query"
          value={row}
          onChange={(event) => {
            query.value = Number(event.currentTarget.value)
          }}
        >
          {set.names.map((name, label) => {
            const first = set.labels.indexOf(label)
            return (
              <option key={name} value={first}>
                {name}
              </option>
            )
          })}
        </select>
        <button
          type="button"
          onClick={() => {
            query.value = Math.floor(Math.random() * set.labels.length)
          }}
        >
          Any one
        </button>
      </div>
      <ul class="pictures" aria-label="The row that is looked up, then its neighbours">
        <li>
          {demo && <Picture row={row} name={nameOf(row)} kind="" />}
          <b>{nameOf(row)}</b>
        </li>
        {found.map((neighbour) => {
          const same = set.labels[neighbour.row] === set.labels[row]
          return (
            <li key={neighbour.row} data-row={neighbour.row}>
              {demo && (
                <Picture
                  row={neighbour.row}
                  name={nameOf(neighbour.row)}
                  kind={same ? 'same' : 'other'}
                />
              )}
              {same ? '✓ ' : '✗ '}
              {nameOf(neighbour.row)}, {((neighbour.theta * 180) / Math.PI).toFixed(1)}°
            </li>
          )
        })}
      </ul>
    </section>
  )
}

interface PictureProps {
  readonly row: number
  readonly name: string
  readonly kind: '' | 'same' | 'other'
}

/** One tile of the sheet: a row an emoji, a column a vendor. */
const Picture = ({ row, name, kind }: PictureProps) => {
  const [left, top] = [row % vendors.length, Math.floor(row / vendors.length)]
  return (
    <div
      class={`picture ${kind}`}
      role="img"
      aria-label={`${name}, drawn by ${vendors[left]}`}
      style={{
        backgroundImage: `url(${picturesUrl})`,
        backgroundSize: `${side * vendors.length}px auto`,
        backgroundPosition: `${-side * left}px ${-side * top}px`,
      }}
    />
  )
}
