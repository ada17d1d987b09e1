/** The program of the page in which TensorFlow.js's GPU backends compute. */
import '@arcmargin/tfjs/webgl'
import '@arcmargin/tfjs/webgpu'
import '@tensorflow/tfjs-backend-webgl'
import '@tensorflow/tfjs-backend-webgpu'
import * as tf from '@tensorflow/tfjs-core'
import { servePage } from '../page/serve-page.js'
import { runOn } from './tfjs-run.js'

servePage({
  'tfjs-webgpu-chromium': { run: runOn(() => tf.setBackend('webgpu')) },
  'tfjs-webgl-chromium': { run: runOn(() => tf.setBackend('webgl')) },
})
