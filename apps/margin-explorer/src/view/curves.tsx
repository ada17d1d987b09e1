import { Figure, Legend } from '@arcmargin/ui'
import { useComputed } from '@preact/signals'
import { useCallback } from 'preact/hooks'
import { anglesTo, curveOf } from '../model/curve.js'
import { settings, shown } from '../store.js'
import { angleLines } from './marks.js'

const theta = anglesTo(721)

/** Figure 4b of the paper, from 0 to 180 degrees, and the derivative beneath it. */
export const Curves = () => {
  const curves = useComputed(() =>
    shown.value.map((look) => ({ look, curve: curveOf(look.loss, theta) })),
  ).value
  const { read } = settings.value
  const targets = useCallback(
    (width: number) =>
      angleLines(
        curves.map(({ look, curve }) => ({ look, theta, values: curve.target })),
        { label: 'T(θ)' },
        Math.min(440, 120 + width / 2),
        read,
      ),
    [curves, read],
  )
  const slopes = useCallback(
    () =>
      angleLines(
        curves.map(({ look, curve }) => ({ look, theta, values: curve.slope })),
        { label: 'dT/dθ, per radian' },
        240,
        read,
      ),
    [curves, read],
  )
  const names = curves.map(({ look }) => `${look.title} (${look.setting})`).join(', ')
  return (
    <div>
      <Legend entries={curves.map(({ look }) => look)} />
      <Figure
        caption="Target logit T(θ)"
        label={`Target logit against the angle for ${names}; the table below reads the curves`}
        options={targets}
      />
      <Figure
        caption="Its derivative: how hard the loss pulls"
        label={`Derivative of the target logit by the angle for ${names}; the table below reads it`}
        options={slopes}
      />
    </div>
  )
}
