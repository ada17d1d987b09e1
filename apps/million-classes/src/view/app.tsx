import { Page } from '@arcmargin/ui'
import { useEffect } from 'preact/hooks'
import { gpu, open, status } from '../store.js'
import { Beside } from './beside.js'
import { Controls } from './controls.js'
import { Curves } from './curves.js'
import { Explained } from './explained.js'
import { Identities } from './identities.js'
import { NoGpu } from './no-gpu.js'

/** The whole page: a head that learns, what it costs, and the usual way beside it. */
export const App = () => {
  useEffect(() => {
    void open()
  }, [])
  return (
    <Page title="A million classes in a tab" home="../" footer={<Footer />}>
      <p class="lead">
        A face recogniser for a million people needs a million class weights while it learns, and a
        logit for every person and every picture. Here such a head is trained in this page, on the
        GPU of this device, without ever holding those logits.
      </p>
      {gpu.value === null ? (
        <NoGpu />
      ) : (
        <>
          <Controls />
          {gpu.value === undefined && (
            <p class="note" role="status" data-status>
              {status.value}
            </p>
          )}
          {gpu.value && (
            <>
              <Identities />
              <Curves />
              <Beside />
            </>
          )}
        </>
      )}
      <Explained />
    </Page>
  )
}

const Footer = () => (
  <p>
    Trained by <code>@arcmargin/webgpu</code> in a worker of this page; identities are random
    numbers, nothing is loaded and nothing is sent anywhere.
  </p>
)
