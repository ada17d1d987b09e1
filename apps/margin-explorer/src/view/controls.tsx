import type { PastPi } from '@arcmargin/core'
import { Slider } from '@arcmargin/ui'
import { ranges, treatments } from '../model/settings.js'
import { change, settings } from '../store.js'

const MarginSlider = ({
  name,
  label,
}: {
  readonly name: keyof typeof ranges
  readonly label: string
}) => (
  <Slider
    label={label}
    value={settings.value[name]}
    {...ranges[name]}
    onChange={(value) => change({ [name]: value })}
  />
)

/** The margins of all losses; angles in radians. */
export const Controls = () => (
  <form class="card" aria-label="Margins" onSubmit={(event) => event.preventDefault()}>
    <fieldset>
      <legend>One margin each</legend>
      <MarginSlider name="sphere" label="SphereFace: m, a factor of θ" />
      <MarginSlider name="arc" label="ArcFace: m, radians added to θ" />
      <MarginSlider name="cos" label="CosFace: m, taken off cos θ" />
    </fieldset>
    <fieldset>
      <legend>Combined: cos(m1·θ + m2) − m3</legend>
      <MarginSlider name="m1" label="m1" />
      <MarginSlider name="m2" label="m2, radians" />
      <MarginSlider name="m3" label="m3" />
    </fieldset>
    <fieldset>
      <legend>All</legend>
      <MarginSlider name="scale" label="Scale s" />
      <label for="past-pi">Where θ + m passes π</label>
      <select
        id="past-pi"
        value={settings.value.pastPi}
        onChange={(event) => change({ pastPi: event.currentTarget.value as PastPi })}
      >
        {Object.entries(treatments).map(([key, title]) => (
          <option key={key} value={key}>
            {title}
          </option>
        ))}
      </select>
      <p class="note">
        For ArcFace and combined; combined has no “linear” and no “plain” and then keeps its
        formula.
      </p>
    </fieldset>
  </form>
)
