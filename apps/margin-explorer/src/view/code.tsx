import { deriveLoss, type Loss, latex } from '@arcmargin/core'
import { CopyButton, Scroll, Tabs } from '@arcmargin/ui'
import { definitionOf } from '../model/definition.js'
import { javascriptOf } from '../model/javascript.js'
import { settings } from '../store.js'

/** The margin as code, in every language that a package here generates. */
export const Code = ({ loss }: { readonly loss: Loss }) => (
  <>
    <h3>As code</h3>
    <Tabs
      label="Languages"
      tabs={[
        { title: 'Use it', content: () => <Listing text={definitionOf(settings.value)} /> },
        { title: 'JavaScript', content: () => <Listing text={javascriptOf(loss)} /> },
        { title: 'LaTeX', content: () => <Listing text={latexOf(loss)} /> },
        { title: 'JSON', content: () => <Listing text={JSON.stringify(loss, undefined, 2)} /> },
      ]}
    />
  </>
)

const latexOf = (loss: Loss): string => {
  const { value, slope } = deriveLoss(loss).target
  const symbols = { scale: 's' }
  return `T(\\theta) = ${latex(value, symbols)}\n\nT'(\\theta) = ${latex(slope, symbols)}`
}

const Listing = ({ text }: { readonly text: string }) => (
  <>
    <Scroll label="Code">
      <pre>
        <code>{text}</code>
      </pre>
    </Scroll>
    <div class="row">
      <CopyButton label="Copy code" text={() => text} />
    </div>
  </>
)
