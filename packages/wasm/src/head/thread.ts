import { WorkerError } from '../errors.js'
import { NonFiniteVector } from '../step/passes.js'
import type { Lane } from './lane.js'
import type { WorkerAnswer, WorkerRequest, WorkerStart } from './messages.js'
import { workerCode } from './worker-code.js'

/** A lane on a worker thread. */
export interface Thread extends Lane {
  /** Ends the thread; resolves when it has ended. */
  close(): Promise<void>
}

/** A worker as this file needs it, on either platform. */
interface Connection {
  post(request: WorkerRequest): void
  /** Whether an answer is awaited: only then does the worker keep a Node process alive. */
  hold(busy: boolean): void
  close(): Promise<void>
}

type Listen = (answer: WorkerAnswer) => void
type Fail = (cause: unknown) => void

const nodeWorker = async (listen: Listen, fail: Fail): Promise<Connection> => {
  // A name that bundlers for browsers do not follow.
  const name = 'node:worker_threads'
  const { Worker } = (await import(/* @vite-ignore */ name)) as typeof import('node:worker_threads')
  const worker = new Worker(workerCode, { eval: true, execArgv: [], env: {} })
  worker.on('message', listen)
  worker.on('error', fail)
  worker.on('exit', (code) => fail(new Error(`the worker exited with code ${code}`)))
  worker.unref()
  return {
    post: (request) => worker.postMessage(request),
    hold: (busy) => (busy ? worker.ref() : worker.unref()),
    close: async () => {
      await worker.terminate()
    },
  }
}

const webWorker = async (listen: Listen, fail: Fail): Promise<Connection> => {
  const url = URL.createObjectURL(new Blob([workerCode], { type: 'text/javascript' }))
  const worker = new Worker(url)
  worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => listen(data)
  worker.onerror = (event) => fail(event.error ?? new Error(event.message || 'no worker started'))
  worker.onmessageerror = () => fail(new Error('a message could not be read'))
  return {
    post: (request) => worker.postMessage(request),
    hold: () => undefined,
    close: async () => {
      worker.terminate()
      URL.revokeObjectURL(url)
    },
  }
}

/**
 * Starts a worker thread on a shared memory.
 *
 * @throws WorkerError where it does not start.
 */
export const startThread = async (start: WorkerStart): Promise<Thread> => {
  let waiting: { resolve: Listen; reject: Fail } | undefined
  let broken: WorkerError | undefined
  const settle = (): typeof waiting => {
    const settled = waiting
    waiting = undefined
    connection?.hold(false)
    return settled
  }
  const fail: Fail = (cause) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    broken ??= new WorkerError(`a worker thread ended: ${reason}`, cause)
    settle()?.reject(broken)
  }
  const listen: Listen = (answer) => settle()?.resolve(answer)
  let connection: Connection | undefined
  connection = await (typeof Worker === 'function' ? webWorker : nodeWorker)(listen, fail)
  const { post, hold, close } = connection

  const ask = async (request: WorkerRequest): Promise<WorkerAnswer> => {
    if (broken) throw broken
    const answer = await new Promise<WorkerAnswer>((resolve, reject) => {
      waiting = { resolve, reject }
      hold(true)
      post(request)
    })
    if (answer.type !== 'failed') return answer
    if (answer.vector !== undefined) throw new NonFiniteVector(answer.vector)
    const { error } = answer
    const reason = error instanceof Error ? error.message : String(error)
    throw new WorkerError(`a worker thread failed: ${reason}`, error)
  }

  await ask({ type: 'start', start })
  return {
    forward: async (job) => {
      const answer = await ask({ type: 'forward', job })
      if (answer.type !== 'sums') throw new WorkerError('a worker answered out of turn', answer)
      return answer.sums
    },
    backward: async (job) => {
      const answer = await ask({ type: 'backward', job })
      if (answer.type !== 'embeddings') {
        throw new WorkerError('a worker answered out of turn', answer)
      }
      return answer.address
    },
    close,
  }
}
