import { DropField } from '@arcmargin/ui'
import { readPicture } from '../grab.js'
import { ask, nearest } from '../lessons.js'
import { type Answer, answers, recogniser } from '../store.js'
import { Scores, thresholdText } from './scores.js'

const askFiles = (files: readonly File[]): Promise<void> =>
  ask(() => Promise.all(files.map(readPicture)))

/** Answers about pictures that were dropped. */
export const Recognise = () => {
  const using = recogniser.value
  return (
    <section aria-labelledby="ask">
      <h2 id="ask">3. Ask it</h2>
      {using ? (
        <Answers threshold={using.threshold} />
      ) : (
        <p class="note">Once it has learned something, it says here what pictures show.</p>
      )}
    </section>
  )
}

const Answers = ({ threshold }: { readonly threshold: number }) => (
  <>
    <p>
      With the camera on it answers all the time, beside the picture at the top. A bar is the cosine
      to a thing’s class weight, the mark on it the threshold{' '}
      <b data-threshold>{thresholdText(threshold)}</b>.
    </p>
    <DropField label="What is this?" accept="image/*" multiple onFiles={askFiles} />
    <ul class="answers" aria-label="Answers">
      {answers.value.map((answer) => (
        <Told key={answer.id} answer={answer} threshold={threshold} />
      ))}
    </ul>
  </>
)

const Told = ({ answer, threshold }: { readonly answer: Answer; readonly threshold: number }) => {
  const best = nearest(answer)
  const isKnown = best !== undefined && best.score >= threshold
  return (
    <li class="card" data-answer={isKnown ? best.name : ''}>
      <div class="row">
        <img src={answer.url} alt="What was asked about" width="64" height="64" />
        <p class="verdict-name">{isKnown ? best.name : 'unknown'}</p>
      </div>
      <Scores answer={answer} threshold={threshold} />
    </li>
  )
}
