import { Page } from '@arcmargin/ui'
import { status } from '../store.js'
import { Backbone } from './backbone.js'
import { Graph } from './graph.js'
import { LossEditor } from './loss-editor.js'
import { Neighbours } from './neighbours.js'
import { TrainingRun } from './training-run.js'

/** The whole page: a loss, its graph, a run of it, and a backbone of one's own. */
export const App = () => (
  <Page title="A training step as one file" home="../" footer={<Footer />}>
    <p class="lead">
      A margin loss becomes an ONNX graph: loss, gradients and the update of the class weights are
      ordinary nodes. Plain ONNX Runtime runs it, here in this page, and no training build is
      needed.
    </p>
    <LossEditor />
    <Graph />
    <section aria-labelledby="training">
      <h2 id="training">Train it, step by step</h2>
      <p role="status" class="note" data-status>
        {status.value}
      </p>
      <TrainingRun />
      <Neighbours />
    </section>
    <Backbone />
  </Page>
)

const Footer = () => (
  <>
    <p>
      Graphs are written by <code>@arcmargin/onnx</code> from the formulas of{' '}
      <code>@arcmargin/core</code>, drawn with dagre and run by ONNX Runtime for the web
      (WebAssembly). Models that you drop never leave this device.
    </p>
    <p>
      Drawings: Noto Emoji and Noto v1 (Google, Apache-2.0), Fluent Emoji flat and high contrast
      (Microsoft, MIT), Twemoji (Twitter), Emoji One and Emoji One monotone (Emoji One), all three
      CC BY 4.0; scaled to 32 pixels.
    </p>
  </>
)
