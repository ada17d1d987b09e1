import {
  chooseBeside,
  classes,
  gpu,
  isBeside,
  latest,
  moments,
  play,
  playing,
  problem,
  resize,
  restart,
  status,
  stop,
  training,
  turn,
  weightBytes,
} from '../store.js'
import { ClassSlider } from './class-slider.js'
import { inBytes, inTime, percent, whole } from './texts.js'

/** Play, the number of classes, and how it stands. */
export const Controls = () => {
  const { value: opened } = gpu
  if (!opened) return null
  const isPreparing = status.value !== ''
  return (
    <form
      class="card panel"
      aria-label="Training"
      aria-busy={training.value}
      onSubmit={(event) => event.preventDefault()}
    >
      <div class="row">
        <button
          class="play"
          type="button"
          disabled={isPreparing || problem.value !== ''}
          onClick={() => (playing.value ? stop() : play())}
        >
          {playing.value ? 'Pause' : 'Train'}
        </button>
        <button type="button" disabled={isPreparing} onClick={restart}>
          Reset
        </button>
        <label class="check">
          <input
            type="checkbox"
            checked={isBeside.value}
            onChange={({ currentTarget }) => chooseBeside(currentTarget.checked)}
          />
          plain TensorFlow.js beside it, in turns
        </label>
      </div>
      <ClassSlider
        value={classes.value}
        most={opened.mostClasses}
        disabled={isPreparing}
        onChoose={resize}
      />
      <p class="note">
        Their weights take {inBytes(weightBytes.value)}; the largest buffer that this GPU allows,{' '}
        {inBytes(opened.memoryLimit)}, is the end of the slider.
        {opened.name !== '' && ` GPU: ${opened.name}.`}
      </p>
      <p class="note" role="status" data-status>
        {status.value}
      </p>
      {problem.value !== '' && (
        <p class="error" role="alert">
          {problem.value}. Choose fewer classes, or start again with Reset.
        </p>
      )}
      <Standing />
    </form>
  )
}

const Standing = () => {
  const { steps = 0, stepTime, bytes, losses } = latest.value ?? {}
  const moment = moments.value.at(-1)
  return (
    <dl class="verdict">
      <dt>Step</dt>
      <dd>
        <span data-steps>{whole(steps)}</span>
        {turn.value === 'plain' && ', TensorFlow.js has its turn'}
      </dd>
      <dt>Time of a step</dt>
      <dd data-step-time>{stepTime === undefined ? '–' : inTime(stepTime)}</dd>
      <dt>Memory on the GPU</dt>
      <dd data-memory={bytes}>{bytes === undefined ? '–' : inBytes(bytes)}</dd>
      <dt>Loss</dt>
      <dd data-loss>{losses?.at(-1)?.toFixed(4) ?? '–'}</dd>
      <dt>Rank-1 of identities seen so far</dt>
      <dd data-rank-seen>{moment ? percent(moment.seen) : '–'}</dd>
      <dt>Rank-1 of all identities</dt>
      <dd data-rank-any>{moment ? percent(moment.any) : '–'}</dd>
    </dl>
  )
}
