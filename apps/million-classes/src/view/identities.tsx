import { effect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { type Colour, type State, states } from '../identity-map.js'
import { identities } from '../store.js'
import { percent, whole } from './texts.js'

const titles: Readonly<Record<State, string>> = {
  unseen: 'no step had it yet',
  seen: 'trained on, not tried since',
  recognised: 'a new picture was recognised',
  mistaken: 'a new picture was taken for another’s',
}

/** The style sheet's colours as numbers. */
const paletteOf = (element: Element): Record<State, Colour> => {
  const style = getComputedStyle(element)
  const colour = (state: State): Colour => {
    const hex = Number.parseInt(style.getPropertyValue(`--${state}`).trim().slice(1), 16)
    return [hex >> 16, (hex >> 8) & 255, hex & 255]
  }
  const [unseen, seen, recognised, mistaken] = states.map(colour) as [
    Colour,
    Colour,
    Colour,
    Colour,
  ]
  return { unseen, seen, recognised, mistaken }
}

/** A pixel for every identity, or for a block of them. */
export const Identities = () => {
  const place = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const canvas = place.current
    const context = canvas?.getContext('2d')
    if (!canvas || !context) return
    const paint = (): void => {
      const { map } = identities.value
      canvas.width = map.width
      canvas.height = map.height
      const image = context.createImageData(map.width, map.height)
      map.paint(image.data, paletteOf(canvas))
      context.putImageData(image, 0, 0)
    }
    const scheme = matchMedia('(prefers-color-scheme: dark)')
    scheme.addEventListener('change', paint)
    const end = effect(paint)
    return () => {
      end()
      scheme.removeEventListener('change', paint)
    }
  }, [])

  const { map } = identities.value
  const { counts } = map
  const said = states.map((state) => `${titles[state]}: ${whole(counts[state])}`).join('; ')
  return (
    <section aria-labelledby="identities">
      <h2 id="identities">Every identity</h2>
      <p>
        {map.block === 1 ? 'A pixel is an identity' : `A pixel is ${map.block} identities`}, in no
        particular order. {percent(1 - counts.unseen / map.classes)} of them were trained on so far.
      </p>
      <canvas
        ref={place}
        class="map"
        data-classes={map.classes}
        role="img"
        aria-label={`Identities by state: ${said}`}
      />
      <ul class="states">
        {states.map((state) => (
          <li key={state}>
            <i style={{ background: `var(--${state})` }} />
            {titles[state]}: <span data-state={state}>{whole(counts[state])}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
