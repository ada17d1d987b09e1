import { NeighbourTiles, Tile } from '@arcmargin/ui'
import { useMemo } from 'preact/hooks'
import picturesUrl from '../../data/pictures.webp'
import { vendors } from '../model/demo.js'
import { neighboursOf } from '../model/measure.js'
import { current, query } from '../store.js'

const shownCount = 6

/** A row an emoji, a column a vendor. */
const sheet = { url: picturesUrl, columns: vendors.length }

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
      <NeighbourTiles
        label="The row that is looked up, then its neighbours"
        query={{ row, name: nameOf(row) }}
        neighbours={found.map(({ row: one, theta }) => ({
          row: one,
          name: nameOf(one),
          same: set.labels[one] === set.labels[row],
          theta,
        }))}
        picture={(one, kind) =>
          demo && (
            <Tile
              sheet={sheet}
              index={one}
              label={`${nameOf(one)}, drawn by ${vendors[one % vendors.length]}`}
              kind={kind}
            />
          )
        }
      />
    </section>
  )
}
