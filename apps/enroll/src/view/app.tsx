import { Page } from '@arcmargin/ui'
import { useEffect } from 'preact/hooks'
import { loadOwnNet } from '../start.js'
import { backbone } from '../store.js'
import { attempt } from '../task.js'
import { BackboneChoice } from './backbone-choice.js'
import { Keep } from './keep.js'
import { Learn } from './learn.js'
import { Recognise } from './recognise.js'
import { Status } from './status.js'
import { Teach } from './teach.js'

/** The whole page: show things, let it learn them, ask it, keep what it learned. */
export const App = () => {
  useEffect(() => {
    attempt('Loading the net …', async () => {
      backbone.value = await loadOwnNet()
    })
  }, [])
  return (
    <Page title="Teach this page your things" home="../" footer={<Footer />}>
      <p class="lead">
        Show it a mug, a plant, a face of a toy: a few pictures each. It learns them within seconds
        and then says which one it sees, or that it does not know.
      </p>
      <p class="promise">
        <strong>Nothing leaves this device.</strong> Camera, pictures and what is learned stay in
        this page, whose security policy forbids it to send anything anywhere; close it, and they
        are gone.
      </p>
      <Status />
      <Teach />
      <Learn />
      <Recognise />
      <Keep />
      <BackboneChoice />
    </Page>
  )
}

const Footer = () => (
  <>
    <p>
      The head is trained by <code>@arcmargin/wasm</code>, the threshold chosen by{' '}
      <code>@arcmargin/metrics</code>, files are written and read by <code>@arcmargin/onnx</code>.
    </p>
    <p>
      Emoji: Noto Emoji and Noto v1 (Google, Apache-2.0), Fluent Emoji flat (Microsoft, MIT),
      Twemoji (Twitter) and Emoji One, both CC BY 4.0; scaled to 32 pixels.
    </p>
  </>
)
