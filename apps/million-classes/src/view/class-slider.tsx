import { useId, useState } from 'preact/hooks'
import { leastClasses } from '../task/job.js'
import { whole } from './texts.js'

/** Steps of the slider from the fewest classes to the most: each is the same factor. */
const notches = 200

/** Two digits, as a person would choose. */
const rounded = (value: number): number => {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1)
  return Math.round(value / unit) * unit
}

interface ClassSliderProps {
  readonly value: number
  /** As many as the device holds. */
  readonly most: number
  readonly disabled: boolean
  /** Called when a number was chosen, not while the slider moves. */
  readonly onChoose: (classes: number) => void
}

/** A slider over powers, and the number that it stands for, which can be typed too. */
export const ClassSlider = ({ value, most, disabled, onChoose }: ClassSliderProps) => {
  const id = useId()
  // Where the slider is on its way; the number follows, the head waits.
  const [place, move] = useState<number | undefined>(undefined)
  const range = Math.log(most / leastClasses)
  const notch = (notches * Math.log(value / leastClasses)) / range
  const classesAt = (at: number): number => {
    if (at >= notches) return most
    return Math.min(most, rounded(leastClasses * Math.exp((at / notches) * range)))
  }
  const choose = (count: number): void => {
    move(undefined)
    if (count >= leastClasses && count <= most && count !== value) onChoose(Math.round(count))
  }
  const shown = place === undefined ? value : classesAt(place)
  return (
    <div class="slider long">
      <label id={`${id}-label`} for={`${id}-range`}>
        Classes, from {whole(leastClasses)} to the {whole(most)} that this device allows
      </label>
      <input
        id={`${id}-range`}
        type="range"
        min={0}
        max={notches}
        step={1}
        value={place ?? Math.round(notch)}
        disabled={disabled}
        aria-valuetext={`${whole(shown)} classes`}
        onInput={({ currentTarget }) => move(currentTarget.valueAsNumber)}
        onChange={({ currentTarget }) => choose(classesAt(currentTarget.valueAsNumber))}
      />
      <input
        type="number"
        aria-labelledby={`${id}-label`}
        min={leastClasses}
        max={most}
        step={1}
        value={shown}
        disabled={disabled}
        onChange={({ currentTarget }) => choose(currentTarget.valueAsNumber)}
      />
    </div>
  )
}
