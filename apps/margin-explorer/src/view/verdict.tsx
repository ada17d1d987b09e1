import { type Loss, simplify } from '@arcmargin/core'
import { deriveLoss } from '@arcmargin/core/backend'
import { latex } from '@arcmargin/core/latex'
import { Formula, Scroll } from '@arcmargin/ui'
import { useMemo } from 'preact/hooks'
import { describeShape } from '../model/describe.js'
import { shapeOf } from '../model/shape.js'

const symbols = { scale: 's' }

/** What the margin looks like in print and what sampling says about its curve. */
export const Verdict = ({ loss }: { readonly loss: Loss }) => {
  const shape = useMemo(() => shapeOf(loss), [loss])
  const { value, slope } = deriveLoss(loss).target
  const { continuous, monotone } = describeShape(shape, loss.parameters['scale'] as number)
  return (
    <div class="card">
      <Scroll label="Formulas">
        <Formula latex={`T(\\theta) = ${latex(value, symbols)}`} />
        <Formula
          latex={`\\frac{\\mathrm{d}T}{\\mathrm{d}\\theta} = ${latex(simplify(slope), symbols)}`}
        />
      </Scroll>
      <dl class="verdict">
        <dt>Continuous?</dt>
        <dd data-verdict="continuous">{continuous}</dd>
        <dt>Falls with θ?</dt>
        <dd data-verdict="monotone">{monotone}</dd>
      </dl>
      <p class="note">
        Found by looking at {shape.samples.toLocaleString('en')} angles from 0 to 180°; what happens
        between two of them is not seen. A margin trains well when it is continuous and falls.
      </p>
    </div>
  )
}
