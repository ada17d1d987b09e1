import type { Loss } from '@arcmargin/core'
import { deriveLoss } from '@arcmargin/core/backend'
import { latex } from '@arcmargin/core/latex'
import { CopyButton, Scroll, Tabs } from '@arcmargin/ui'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { definitionOf } from '../model/definition.js'
import { onnxOf, onnxText } from '../model/languages/onnx.js'
import { javascriptOf, tfjsOf } from '../model/languages/scripts.js'
import { wgslOf } from '../model/languages/wgsl.js'
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
        { title: 'WGSL', content: () => <Listing text={wgslOf(loss)} /> },
        { title: 'ONNX', content: () => <Onnx loss={loss} /> },
        { title: 'TensorFlow.js', content: () => <Listing text={tfjsOf(loss)} /> },
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
    <div class="row">
      <CopyButton label="Copy code" text={() => text} />
    </div>
    <Scroll label="Code">
      <pre>
        <code>{text}</code>
      </pre>
    </Scroll>
  </>
)

/** The loss as a graph: its nodes as text, and the file. */
const Onnx = ({ loss }: { readonly loss: Loss }) => {
  const text = useMemo(() => onnxText(loss), [loss])
  const [url, setUrl] = useState('')
  useEffect(() => {
    const { bytes } = onnxOf(loss)
    const made = URL.createObjectURL(new Blob([bytes.slice()]))
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [loss])
  return (
    <>
      <p class="note">
        The whole loss, streamed over the classes, by <code>@arcmargin/onnx</code>.{' '}
        <a href={url} download="margin.onnx">
          Save margin.onnx
        </a>
      </p>
      <Listing text={text} />
    </>
  )
}
