import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

interface SliderProps {
  readonly label: ComponentChildren
  readonly value: number
  readonly min: number
  readonly max: number
  readonly step: number
  readonly onChange: (value: number) => void
}

/** A slider and the number that it stands for, which can be typed too. */
export const Slider = ({ label, value, min, max, step, onChange }: SliderProps) => {
  const id = useId()
  const change = (event: Event): void => {
    const { valueAsNumber } = event.currentTarget as HTMLInputElement
    if (valueAsNumber >= min && valueAsNumber <= max) onChange(valueAsNumber)
  }
  const range = { min, max, step, value }
  return (
    <div class="slider">
      <label id={`${id}-label`} for={`${id}-range`}>
        {label}
      </label>
      <input id={`${id}-range`} type="range" {...range} onInput={change} />
      <input type="number" aria-labelledby={`${id}-label`} {...range} onChange={change} />
    </div>
  )
}
