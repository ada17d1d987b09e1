import { ArcmarginError } from '@arcmargin/core'

/** The head was used after `dispose()`. */
export class DisposedError extends ArcmarginError {
  constructor() {
    super('the head is disposed', { argument: 'head' })
  }
}

/** The GPU lost everything that was on it, the head's weights too. `MarginHead.recover` puts back those of the last `sync`. */
export class ContextLostError extends ArcmarginError {
  constructor(backend: string, reason: string) {
    super(
      `the GPU context of the backend ${backend} was lost (${reason}); recover() puts the weights of the last sync() on the backend that is then set`,
      { argument: 'backend', value: backend },
    )
  }
}

/** TensorFlow.js's core was loaded without the gradients of its ops, so that no layer can be trained. */
export class MissingGradientsError extends ArcmarginError {
  constructor() {
    super(
      "TensorFlow.js's ops have no gradients here: @tensorflow/tfjs-core with a backend alone registers none, in Node or in a bundle. Import @tensorflow/tfjs or @tensorflow/tfjs-layers before training, or in a bundle @tensorflow/tfjs-core/dist/register_all_gradients.js",
      { argument: '@tensorflow/tfjs-core' },
    )
  }
}
