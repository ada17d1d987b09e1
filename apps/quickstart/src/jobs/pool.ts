import { Worker } from 'node:worker_threads'
import type { Recognition } from '../evaluate.js'
import type { ExportedNetwork } from '../onnx/verify.js'
import type { Outcome } from '../run.js'
import type { Job, Progress, Reply } from './protocol.js'

/** Who is told how the jobs are doing; `slot` counts the workers from 0. */
export interface JobListener {
  onProgress(slot: number, job: Job, progress: Progress): void
  onDone(slot: number, job: Job): void
}

/** What all jobs together yield. */
export interface JobResults {
  readonly untrained: Recognition | undefined
  /** In the order of the jobs. */
  readonly outcomes: readonly Outcome[]
  /** Of the job that asked for one. */
  readonly network: ExportedNetwork | undefined
}

/**
 * Runs jobs on a few worker threads, each taking the next job when it is done.
 *
 * @param sheet the pictures, in shared memory: no worker copies them.
 * @throws what a worker throws, or the signal's reason; no worker is left running.
 */
export const runJobs = async (
  sheet: Uint8Array,
  jobs: readonly Job[],
  workers: number,
  listener: JobListener,
  signal: AbortSignal,
): Promise<JobResults> => {
  const outcomes = new Map<Job, Outcome>()
  let untrained: Recognition | undefined
  let network: ExportedNetwork | undefined
  const waiting = jobs.values()
  const threads: Worker[] = []

  const work = (slot: number): Promise<void> =>
    new Promise((resolve, reject) => {
      let job: Job | undefined
      const takeNext = (): void => {
        const next = waiting.next()
        if (next.done) {
          resolve()
          return
        }
        job = next.value
        thread.postMessage(job)
      }
      const thread = new Worker(new URL('./start-worker.mjs', import.meta.url), {
        workerData: sheet,
      })
      threads.push(thread)
      thread.on('error', reject)
      thread.on('exit', (code) => reject(new Error(`A worker stopped with code ${code}`)))
      thread.on('message', (reply: Reply) => {
        if (job === undefined) return
        if (reply.kind === 'progress') return listener.onProgress(slot, job, reply.progress)
        if (reply.kind === 'untrained') untrained = reply.recognition
        else {
          outcomes.set(job, reply.outcome)
          network ??= reply.network
        }
        listener.onDone(slot, job)
        takeNext()
      })
      takeNext()
    })

  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  try {
    signal.throwIfAborted()
    const slots = Math.min(workers, jobs.length)
    const all = Promise.all(Array.from({ length: slots }, (_, slot) => work(slot)))
    await Promise.race([all, interrupted])
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()))
  }
  return { untrained, outcomes: jobs.flatMap((job) => outcomes.get(job) ?? []), network }
}
