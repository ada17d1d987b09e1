import { Page } from '@arcmargin/ui'
import { useEffect } from 'preact/hooks'
import { start, status } from '../store.js'
import { Angles } from './angles.js'
import { Choice } from './choice.js'
import { Curves } from './curves.js'
import { Neighbours } from './neighbours.js'

/** The whole page: which embeddings, the threshold, the curves, and the pictures themselves. */
export const App = () => {
  useEffect(() => {
    start()
  }, [])
  return (
    <Page title="Are these two the same?" home="../" footer={<Footer />}>
      <p class="lead">
        A net was trained on 696 emoji. Here are 246 others, each drawn by seven vendors: two
        drawings of one emoji are a genuine pair, drawings of two are impostors. A margin moves the
        two kinds of pairs apart.
      </p>
      <Choice />
      <p role="status" class="note" data-status>
        {status.value}
      </p>
      <Angles />
      <Curves />
      <Neighbours />
    </Page>
  )
}

const Footer = () => (
  <>
    <p>
      Every number is computed in this page by <code>@arcmargin/metrics</code>; embeddings that you
      drop never leave this device. The nets’ embeddings are kept as bytes, so the last digit may
      differ from the quickstart’s report.
    </p>
    <p>
      Drawings: Noto Emoji and Noto v1 (Google, Apache-2.0), Fluent Emoji flat and high contrast
      (Microsoft, MIT), Twemoji (Twitter), Emoji One and Emoji One monotone (Emoji One), all three
      CC BY 4.0; scaled to 32 pixels.
    </p>
  </>
)
