import { CopyButton, Page } from '@arcmargin/ui'
import { reset } from '../store.js'
import { Boundaries } from './boundaries.js'
import { Controls } from './controls.js'
import { Curves } from './curves.js'
import { Editor } from './editor.js'
import { Readings } from './readings.js'

/** The whole page: curves, decision margins, and a margin of one's own. */
export const App = () => (
  <Page title="What a margin does" home="../" footer={<Footer />}>
    <p class="lead">
      A margin loss lowers the logit of a sample’s own class, T(θ), so that the sample must come
      closer to its class weight to win. Move a margin and see what that asks for at every angle θ.
    </p>
    <div class="row">
      <button type="button" onClick={reset}>
        As in the paper
      </button>
      <CopyButton label="Copy link to this view" text={() => location.href} />
    </div>
    <section aria-labelledby="curves">
      <h2 id="curves">Target logits</h2>
      <div class="split">
        <Curves />
        <Controls />
      </div>
      <Readings />
    </section>
    <Boundaries />
    <Editor />
  </Page>
)

const Footer = () => (
  <p>
    After figures 4b and 5 of Deng et al., ArcFace, CVPR 2019 (arXiv:1801.07698). Every number is
    computed in this page by <code>@arcmargin/core</code>; nothing is sent anywhere.
  </p>
)
