import { Scroll, Slider } from '@arcmargin/ui'
import { curveOf, radiansOf } from '../model/curve.js'
import { ranges } from '../model/settings.js'
import { change, settings, shown } from '../store.js'

/** The curves at one angle, as numbers. */
export const Readings = () => {
  const { read } = settings.value
  const theta = Float64Array.of(radiansOf(read))
  return (
    <div class="card">
      <Slider
        label={`Read the curves at θ = ${read}°`}
        value={read}
        {...ranges.read}
        onChange={(value) => change({ read: value })}
      />
      <Scroll label="Readings">
        <table>
          <caption class="hidden">Target logits and derivatives at {read} degrees</caption>
          <thead>
            <tr>
              <th scope="col">loss</th>
              <th scope="col">T(θ)</th>
              <th scope="col">dT/dθ</th>
            </tr>
          </thead>
          <tbody>
            {shown.value.map(({ key, title, setting, loss }) => {
              const { target, slope } = curveOf(loss, theta)
              return (
                <tr key={key} data-loss={key}>
                  <th scope="row">
                    {title} <span class="note">{setting}</span>
                  </th>
                  <td>{target[0]?.toFixed(3)}</td>
                  <td>{slope[0]?.toFixed(3)}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </Scroll>
    </div>
  )
}
