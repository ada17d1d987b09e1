import { useCallback } from 'preact/hooks'
import { blend, turn } from '../motion.js'
import { labels, pictures, settings, shown } from '../store.js'
import type { Seen } from '../training/experiment.js'
import { type LossKey, lossKeys } from '../training/losses.js'
import { Canvas } from './canvas.js'
import { drawCircle } from './circle.js'
import { inDegrees, looks, percent } from './looks.js'
import type { Palette } from './palette.js'
import { sceneBetween } from './scene.js'
import { drawSphere } from './sphere.js'

/** The nets side by side. */
export const Nets = () => (
  <section aria-labelledby="nets">
    <h2 id="nets" class="hidden">
      Six nets
    </h2>
    <div class="grid">
      {lossKeys.map((key) => (
        <Net key={key} loss={key} />
      ))}
    </div>
  </section>
)

const Net = ({ loss }: { readonly loss: LossKey }) => {
  const { title, logit } = looks[loss]
  const both = pictures.value?.to.seen[loss]
  const seen = both?.[shown.value]
  const draw = useCallback(
    (context: CanvasRenderingContext2D, size: number, palette: Palette) => {
      if (!pictures.value) return
      const [from, to] = [pictures.value.from.seen[loss], pictures.value.to.seen[loss]]
      if (!from || !to) return
      const [which, { dimension }] = [shown.value, pictures.value.to]
      const scene = sceneBetween(from[which], to[which], blend.value, labels.value, dimension)
      if (dimension === 2) drawCircle(context, size, palette, scene, labels.value)
      else drawSphere(context, size, palette, scene, labels.value, turn.value)
    },
    [loss],
  )
  return (
    <article class="card" data-loss={loss}>
      <h3>{title}</h3>
      <p class="note">{logit(settings.value)}</p>
      <Canvas draw={draw} label={labelOf(title, seen)} turns={pictures.value?.to.dimension === 3} />
      {both && seen && (
        <p class="reading">
          Mean gap <b>{inDegrees(seen.measures.meanGap)}</b>, accuracy{' '}
          <b>{percent(both.heldOut.measures.accuracy)}</b>
        </p>
      )}
    </article>
  )
}

const labelOf = (title: string, seen: Seen | undefined): string => {
  if (!seen) return `Features of the net trained with ${title}, not there yet`
  const { neighbours, positiveGaps } = seen.measures
  const gaps = neighbours.map(({ classes: [a, b], gap }) => `${a} to ${b} ${inDegrees(gap)}`)
  return `Features of the net trained with ${title}: ${positiveGaps} of ${neighbours.length} gaps are open; ${gaps.join(', ')}`
}
