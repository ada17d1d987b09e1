/**
 * A place to try things: `npm run playground`. It runs from the sources, so a change in a package is seen at once. Change it as you
 * like; do not commit what you tried.
 */
import { defineLoss, positive, radians } from '@arcmargin/core'
import { resolveLoss } from '@arcmargin/core/backend'
import { marginLoss } from '@arcmargin/core/head'
import { latex } from '@arcmargin/core/latex'

const loss = defineLoss({
  name: 'Playground',
  citation: 'an experiment',
  parameters: { m: radians(0.3), s: positive(16) },
  target: 's * cos(min(theta + m, pi))',
  other: 's * cosTheta',
})()

const { loss: value, gradients } = marginLoss(
  loss,
  {
    embeddings: Float64Array.from([1, 0.2, -0.3, 1]),
    classWeights: Float64Array.from([0.9, -0.1, 0.2, 0.8]),
    labels: [0, 1],
    dimension: 2,
  },
  { gradients: true },
)

console.log(latex(resolveLoss(loss).target))
console.log(value, gradients.embeddings)
