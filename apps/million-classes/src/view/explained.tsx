import { Formula } from '@arcmargin/ui'
import { classes } from '../store.js'
import { batchSize, dimension, margin, scale } from '../task/job.js'
import { inBytes, whole } from './texts.js'

/** What is computed, in a few words. */
export const Explained = () => (
  <section aria-labelledby="explained">
    <h2 id="explained">What is computed</h2>
    <p>
      An identity is a random direction in {dimension} dimensions, and a picture of it an embedding
      about 30 degrees off, in a direction of its own. Both are made from the identity’s number when
      they are needed, so the truth is known and nobody has to store it. A step takes {batchSize}{' '}
      identities, one picture each, measures their angles to all class weights, and adds the ArcFace
      margin of {margin} radians to the angle to their own:
    </p>
    <Formula
      latex={`L = -\\log\\frac{e^{${scale}\\cos(\\theta_y+${margin})}}{e^{${scale}\\cos(\\theta_y+${margin})}+\\sum_{j\\neq y}e^{${scale}\\cos\\theta_j}}`}
    />
    <p>
      With {whole(classes.value)} classes these are {whole(batchSize * classes.value)} cosines,{' '}
      {inBytes(4 * batchSize * classes.value)}, and a plain composition holds such an array several
      times over. The head of <code>@arcmargin/webgpu</code> goes over the classes block by block
      instead: it adds up the softmax as it goes, keeps 32 MB of cosines at most and computes the
      others again for the gradient, and moves the class weights where their gradient arises. Beside
      the weights it holds some tens of megabytes, however many classes there are.
    </p>
    <p>
      Rank-1 is the share of new pictures, which no step had, whose nearest class weight is their
      own identity’s: among the identities that steps have had, and among all. An identity that no
      step had cannot be known yet; so the second follows the first as the map fills.
    </p>
  </section>
)
