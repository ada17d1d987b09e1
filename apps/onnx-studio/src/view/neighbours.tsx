import { NeighbourTiles, Tile } from '@arcmargin/ui'
import { useComputed } from '@preact/signals'
import picturesUrl from '../../../verification-lab/data/pictures.webp'
import { classOf, lookedUpRows, names, vendors } from '../model/pictures.js'
import { history, query, training } from '../store.js'

const shownCount = 6

/** A row an emoji, a column a vendor. */
const sheet = { url: picturesUrl, columns: vendors.length }

const nameOf = (row: number): string => names[classOf(row)] ?? ''

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
      <NeighbourTiles
        label="The drawing that is looked up, then its neighbours"
        query={{ row, name: nameOf(row) }}
        neighbours={found.neighbours.map(({ row: one, theta }) => ({
          row: one,
          name: nameOf(one),
          same: classOf(one) === classOf(row),
          theta,
        }))}
        picture={(one, kind) => (
          <Tile
            sheet={sheet}
            index={one}
            label={`${nameOf(one)}, drawn by ${vendors[one % vendors.length]}`}
            kind={kind}
          />
        )}
      />
    </>
  )
}
