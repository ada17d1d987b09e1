import { Slider } from '@arcmargin/ui'
import { useId } from 'preact/hooks'
import { turn } from '../motion.js'
import {
  backend,
  change,
  chooseDimension,
  dimension,
  isDone,
  open,
  pictures,
  play,
  playing,
  problem,
  restart,
  seed,
  settings,
  shown,
  status,
  stepTime,
  stop,
  training,
} from '../store.js'
import type { BackendName } from '../training/backends.js'
import type { Shown } from '../training/experiment.js'
import { ranges, type Settings } from '../training/settings.js'
import { Choice } from './choice.js'

/** Play, and everything that can be turned. */
export const Controls = () => (
  <form
    class="card panel"
    aria-label="Training"
    aria-busy={training.value}
    onSubmit={(event) => {
      event.preventDefault()
    }}
  >
    <Transport />
    <Progress />
    <fieldset>
      <legend class="hidden">Margins and scale</legend>
      <div class="grid">
        <Setting name="m1" label="m1, SphereFace: factor of the angle" />
        <Setting name="m2" label="m2, ArcFace: added to the angle, radians" />
        <Setting name="m3" label="m3, CosFace: taken off the cosine" />
        <Setting name="scale" label="s, scale of all but softmax" />
      </div>
      <p class="note">Combined has all three margins. Moving a slider acts at once.</p>
    </fieldset>
  </form>
)

const Setting = ({
  name,
  label,
}: {
  readonly name: keyof Settings & keyof typeof ranges
  readonly label: string
}) => (
  <Slider
    label={label}
    value={settings.value[name]}
    {...ranges[name]}
    onChange={(value) => change({ [name]: value })}
  />
)

const Transport = () => {
  const isOpening = status.value !== ''
  return (
    <div class="row">
      <button
        class="play"
        type="button"
        disabled={isOpening}
        onClick={() => (playing.value ? stop() : play())}
      >
        {playing.value ? 'Pause' : isDone.value ? 'Train again' : 'Train'}
      </button>
      <button
        type="button"
        disabled={isOpening}
        onClick={() => {
          seed.value++
          void restart()
        }}
      >
        Reset
      </button>
      <button type="button" aria-pressed={dimension.value === 2} onClick={() => chooseDimension(2)}>
        Circle, 2-D
      </button>
      <button type="button" aria-pressed={dimension.value === 3} onClick={() => chooseDimension(3)}>
        Sphere, 3-D
      </button>
      <Choice
        label="on"
        value={backend.value}
        titles={backendTitles}
        disabled={isOpening}
        onChange={open}
      />
      <Choice
        label="dots are"
        value={shown.value}
        titles={shownTitles}
        onChange={(which) => {
          shown.value = which
        }}
      />
      {dimension.value === 3 && <Turn />}
    </div>
  )
}

const shownTitles: Readonly<Record<Shown, string>> = {
  trained: 'digits it learns from',
  heldOut: 'digits it never saw',
}

const backendTitles: Readonly<Record<BackendName, string>> = {
  webgpu: 'WebGPU',
  webgl: 'WebGL',
  wasm: 'WebAssembly',
  cpu: 'JavaScript',
}

const Turn = () => {
  const id = useId()
  return (
    <span class="choice">
      <label for={id}>turn</label>
      <input
        id={id}
        type="range"
        min={0}
        max={360}
        step={5}
        value={turn.value[0]}
        onInput={({ currentTarget }) => {
          turn.value = [currentTarget.valueAsNumber, turn.value[1]]
        }}
      />
    </span>
  )
}

const Progress = () => {
  const { step = 0, steps = 1 } = pictures.value?.to ?? {}
  const time = stepTime.value
  return (
    <>
      <progress max={steps} value={step} aria-label="Training" />
      <p class="note">
        <span role="status" data-status>
          {status.value}
        </span>
        {problem.value !== '' && (
          <span class="error" role="alert">
            {problem.value}{' '}
          </span>
        )}
        {status.value === '' && (
          <span data-step={step}>
            Step {step} of {steps}, epoch {((10 * step) / steps).toFixed(1)} of 10
            {time !== undefined && `, ${time.toFixed(0)} ms a step for all six nets`}
          </span>
        )}
      </p>
    </>
  )
}
