import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { compilePeak } from './simd128.js'

/** A thread that runs the loop when it is told to, and says when it is done. */
const program = `
  const { parentPort, workerData } = require('node:worker_threads')
  const { run } = new WebAssembly.Instance(workerData).exports
  parentPort.on('message', (iterations) => { run(iterations); parentPort.postMessage('done') })
`
const iterations = 4_000_000
const rounds = 3

/**
 * How many times as much two threads of this machine do as one: near 2 on two cores of their own, near 1 on two hyperthreads of one core.
 * No program can gain more from its second thread.
 * They run the loop of `simd128.ts`, which touches no memory.
 */
export const twoThreads = async (): Promise<number> => {
  const module = await compilePeak()
  const workers = [0, 1].map(() => new Worker(program, { eval: true, workerData: module }))
  const time = async (working: readonly Worker[]): Promise<number> => {
    const done = working.map((worker) => once(worker, 'message'))
    const start = performance.now()
    for (const worker of working) worker.postMessage(iterations)
    await Promise.all(done)
    return performance.now() - start
  }
  try {
    await time(workers)
    let [one, two] = [Infinity, Infinity]
    for (let round = 0; round < rounds; round++) {
      one = Math.min(one, await time(workers.slice(0, 1)))
      two = Math.min(two, await time(workers))
    }
    return (2 * one) / two
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}
