/** What runs on a worker thread, in Node and in browsers. It is bundled into one text: see bundle-worker.mjs. */

import { createLane, type Lane } from '../src/head/lane.js'
import type { WorkerAnswer, WorkerRequest, WorkerStart } from '../src/head/messages.js'
import { instantiate } from '../src/kernel/instance.js'
import { NonFiniteVector } from '../src/step/passes.js'

/** The other end, as both platforms have it. */
interface Port {
  postMessage(message: WorkerAnswer): void
}

declare const require: ((name: string) => { readonly parentPort: NodePort }) | undefined
declare const self: Port & { onmessage: (event: { readonly data: WorkerRequest }) => void }

interface NodePort extends Port {
  on(event: 'message', listener: (request: WorkerRequest) => void): void
}

let lane: Lane | undefined
let stopped: () => boolean = () => false

const start = ({ module, memory, stop }: WorkerStart): void => {
  lane = createLane(instantiate(module, memory))
  const word = new Int32Array(memory.buffer, stop, 1)
  stopped = () => Atomics.load(word, 0) !== 0
}

const answer = async (request: WorkerRequest): Promise<WorkerAnswer> => {
  if (request.type === 'start') {
    start(request.start)
    return { type: 'ready' }
  }
  if (!lane) throw new Error('the worker has not been started')
  if (request.type === 'backward') {
    return { type: 'embeddings', address: await lane.backward(request.job) }
  }
  const pause = (): void => {
    if (stopped()) throw new Error('stopped')
  }
  return { type: 'sums', sums: await lane.forward(request.job, pause) }
}

const serve = (port: Port, request: WorkerRequest): Promise<void> =>
  answer(request).then(
    (message) => port.postMessage(message),
    (error) => {
      const vector = error instanceof NonFiniteVector ? error.vector : undefined
      port.postMessage({ type: 'failed', error, vector })
    },
  )

if (typeof require === 'function') {
  const { parentPort } = require('node:worker_threads')
  parentPort.on('message', (request) => serve(parentPort, request))
} else {
  self.onmessage = ({ data }) => serve(self, data)
}
