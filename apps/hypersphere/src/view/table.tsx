import { Scroll } from '@arcmargin/ui'
import { pictures, shown } from '../store.js'
import { lossKeys } from '../training/losses.js'
import { inDegrees, looks, percent } from './looks.js'
import { Save } from './save.js'

/** What was measured on the held-out digits, as numbers. */
export const Measured = () => {
  const { to } = pictures.value ?? {}
  return (
    <section aria-labelledby="measured">
      <h2 id="measured">The gaps, measured</h2>
      <p>
        A class reaches towards a neighbour as far as 95 % of its digits do. The gap is what is left
        of the angle between the two centres; below zero the classes overlap.{' '}
        {to?.dimension === 2
          ? 'Neighbours are the eight pairs around the circle.'
          : 'On the sphere each class is measured against the one that is nearest.'}
      </p>
      <Scroll label="Measured gaps">
        <table>
          <thead>
            <tr>
              <th scope="col">loss</th>
              <th scope="col">accuracy</th>
              <th scope="col">mean gap</th>
              <th scope="col">open gaps</th>
              <th scope="col">smallest gap</th>
              <th scope="col">smallest spacing</th>
              <th scope="col">mean loss</th>
            </tr>
          </thead>
          <tbody>
            {lossKeys.map((key) => {
              const both = to?.seen[key]
              if (!both) return undefined
              const seen = both[shown.value]
              const { accuracy } = both.heldOut.measures
              const { meanGap, neighbours, positiveGaps, smallestSpacing } = seen.measures
              return (
                <tr key={key} data-loss={key}>
                  <th scope="row">{looks[key].title}</th>
                  <td>{percent(accuracy)}</td>
                  <td>{inDegrees(meanGap)}</td>
                  <td>
                    {positiveGaps} of {neighbours.length}
                  </td>
                  <td>{inDegrees(Math.min(...neighbours.map(({ gap }) => gap)))}</td>
                  <td>{inDegrees(smallestSpacing)}</td>
                  <td>{seen.loss.toFixed(4)}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </Scroll>
      <Save />
    </section>
  )
}
