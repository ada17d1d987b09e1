import * as tf from '@tensorflow/tfjs-core'
import { ContextLostError } from './errors.js'

/** What TensorFlow.js's GPU backends show of the GPU: webgpu its device, webgl its context. Other backends have neither. */
interface GpuBackend {
  readonly device?: GPUDevice
  readonly gpgpu?: { readonly gl: WebGLRenderingContext }
}

/** What is known of a device or a context, and who wants to hear that it is gone. */
interface Watch {
  lost: ContextLostError | undefined
  readonly listeners: Set<(error: ContextLostError) => void>
}

const watches = new WeakMap<GPUDevice | WebGLRenderingContext, Watch>()

/** WebGPU tells of a loss once, WebGL by an event. */
const watch = ({ device, gpgpu }: GpuBackend): Watch | undefined => {
  const gpu = device ?? gpgpu?.gl
  if (!gpu) return undefined
  const known = watches.get(gpu)
  if (known) return known
  const own: Watch = { lost: undefined, listeners: new Set() }
  watches.set(gpu, own)
  const lose = (backend: string, reason: string): void => {
    const error = new ContextLostError(backend, reason)
    own.lost = error
    for (const listener of own.listeners) listener(error)
  }
  if (device) {
    void device.lost.then(({ reason, message }) => lose('webgpu', `${reason}: ${message}`))
  } else {
    gpgpu?.gl.canvas.addEventListener('webglcontextlost', () => lose('webgl', takenAway))
  }
  return own
}

const takenAway = 'the browser took it away'

/** The backend that is set, watched from here on. */
export const watchedBackend = (): GpuBackend => {
  const backend = tf.backend() as GpuBackend
  watch(backend)
  return backend
}

/** Refuses to go on with a backend whose GPU is gone. */
export const checkGpu = (backend: GpuBackend): void => {
  const error = watch(backend)?.lost
  if (error) throw error
  // The event comes later than the loss.
  if (backend.gpgpu?.gl.isContextLost()) throw new ContextLostError('webgl', takenAway)
}

/** ms after a failure within which the news of the loss that caused it is waited for. */
const grace = 500

/** What waits for numbers of a GPU: it fails when the GPU is lost, where TensorFlow.js would wait for ever. */
export const untilLost = <T>(backend: GpuBackend, work: Promise<T>): Promise<T> => {
  const own = watch(backend)
  if (!own) return work
  return new Promise((resolve, reject) => {
    own.listeners.add(reject)
    const end = (settle: () => void): void => {
      own.listeners.delete(reject)
      settle()
    }
    work.then(
      (value) => end(() => resolve(value)),
      (error: unknown) => setTimeout(() => end(() => reject(error)), grace),
    )
  })
}

/** Whether the backend that is set works on a GPU. */
export const isOnGpu = (): boolean => {
  const { device, gpgpu } = tf.backend() as GpuBackend
  return device !== undefined || gpgpu !== undefined
}
