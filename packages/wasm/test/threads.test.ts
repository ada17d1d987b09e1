import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { arcFace } from '@arcmargin/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { bundleWorker } from '../scripts/bundle-worker.mjs'
import { workerCode } from '../src/head/worker-code.js'
import { MarginHead, WorkerError } from '../src/index.js'
import { randomBatch } from './support/data.js'

const batch = randomBatch(1, { rows: 64, dimension: 32, classes: 50_000 })
const create = (threads = 2): Promise<MarginHead> =>
  MarginHead.create({
    loss: arcFace(),
    classes: 50_000,
    dimension: 32,
    weights: batch.classWeights,
    threads,
  })

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

it('the text of the worker is what its sources bundle to', async () => {
  const text = await bundleWorker()
  expect(text).toContain(JSON.stringify(workerCode))
})

describe('faults', () => {
  it.each(['forward', 'backward'])(
    'a worker that dies in %s rejects the step with its cause',
    async (type) => {
      const head = await create()
      const { postMessage } = Worker.prototype
      vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function dying(
        this: Worker,
        message,
      ) {
        if (message.type === type) void this.terminate()
        else postMessage.call(this, message)
      })
      const step = head.step(batch)
      await expect(step).rejects.toThrow(WorkerError)
      await expect(step).rejects.toThrow(/the worker exited with code 1/)
      await expect(step).rejects.toMatchObject({
        cause: { message: expect.stringContaining('exited') },
      })
      vi.restoreAllMocks()
      await expect(head.step(batch)).rejects.toThrow(WorkerError)
      await head.dispose()
    },
  )

  it('a trap in the kernels rejects the step with its cause', async () => {
    const head = await create()
    const { postMessage } = Worker.prototype
    vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function wrong(
      this: Worker,
      message,
    ) {
      const { job } = message
      const arrays = job?.arrays && { ...job.arrays, weights: 4_294_900_000 }
      postMessage.call(this, arrays ? { ...message, job: { ...job, arrays } } : message)
    })
    const step = head.step(batch)
    await expect(step).rejects.toThrow(WorkerError)
    await expect(step).rejects.toMatchObject({
      cause: { message: expect.stringContaining('out of bounds') },
    })
    await head.dispose()
  })

  it('a worker that does not start rejects create, and the others end', async () => {
    const { postMessage } = Worker.prototype
    let started = 0
    const ended: Promise<number>[] = []
    vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function first(
      this: Worker,
      message,
    ) {
      ended.push(new Promise((resolve) => this.once('exit', resolve)))
      if (started++ === 0) void this.terminate()
      else postMessage.call(this, message)
    })
    await expect(create(3)).rejects.toThrow(WorkerError)
    expect(await Promise.all(ended)).toHaveLength(3)
  })
})

describe('the end', () => {
  it('dispose ends the workers, and later calls are refused', async () => {
    const ended: Promise<number>[] = []
    const { postMessage } = Worker.prototype
    vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function noted(
      this: Worker,
      message,
    ) {
      if (message.type === 'start') ended.push(new Promise((resolve) => this.once('exit', resolve)))
      postMessage.call(this, message)
    })
    const head = await create()
    await head.step(batch)
    await head.dispose()
    await head.dispose()
    expect(await Promise.all(ended)).toEqual([1, 1])
    await expect(head.step(batch)).rejects.toThrow(/disposed/)
  })

  it('dispose during a step rejects it', async () => {
    const head = await create()
    const step = head.step(batch)
    const outcome = expect(step).rejects.toThrow()
    await head.dispose()
    await outcome
  })

  it('a process ends with a head that nobody disposed of', async () => {
    const program = fileURLToPath(new URL('support/undisposed.ts', import.meta.url))
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=@arcmargin/source', '--import', 'tsx', program],
      { timeout: 60_000 },
    )
    expect(stdout).toBe('2 threads\n')
  })
})

describe('AbortSignal', () => {
  it('stops a forward pass on this thread, and the head goes on', async () => {
    const head = await create(1)
    const controller = new AbortController()
    const { loss } = await head.step(batch)
    // Class weights are many enough for the pass to let timers run.
    vi.spyOn(performance, 'now').mockImplementation(() => Date.now() * 1000)
    setTimeout(() => controller.abort(new Error('enough')))
    await expect(head.step(batch, { signal: controller.signal })).rejects.toThrow('enough')
    expect((await head.step(batch)).loss).toBe(loss)
    await head.dispose()
  })

  it('stops a step whose memory has grown in between', async () => {
    const head = await create(1)
    const controller = new AbortController()
    // The first step makes room for its batch.
    vi.spyOn(performance, 'now').mockImplementation(() => Date.now() * 1000)
    setTimeout(() => controller.abort(new Error('enough')))
    await expect(head.step(batch, { signal: controller.signal })).rejects.toThrow('enough')
    expect((await head.step(batch)).loss).toBeGreaterThan(0)
    await head.dispose()
  })

  it('stops a forward pass on two threads, and the head goes on', async () => {
    const head = await create(2)
    const controller = new AbortController()
    const { loss } = await head.step(batch)
    const { postMessage } = Worker.prototype
    const spy = vi.spyOn(Worker.prototype, 'postMessage')
    spy.mockImplementation(function aborting(this: Worker, message) {
      postMessage.call(this, message)
      if (message.type === 'forward') controller.abort(new Error('enough'))
    })
    await expect(head.step(batch, { signal: controller.signal })).rejects.toThrow('enough')
    expect(spy.mock.calls.map(([message]) => message.type)).not.toContain('backward')
    spy.mockRestore()
    expect((await head.step(batch)).loss).toBe(loss)
    await head.dispose()
  })

  it('one that is aborted already', async () => {
    const signal = AbortSignal.abort(new Error('too late'))
    const head = await create(1)
    await expect(head.step(batch, { signal })).rejects.toThrow('too late')
    await head.dispose()
    const options = { loss: arcFace(), classes: 2, dimension: 2, weights: new Float32Array(4) }
    await expect(MarginHead.create({ ...options, signal })).rejects.toThrow('too late')
  })
})

it('without SharedArrayBuffer there is one thread, and it says so', async () => {
  vi.stubGlobal('SharedArrayBuffer', undefined)
  const head = await create(4)
  expect(head.threads).toBe(1)
  expect(head.notice).toMatch(/one thread: SharedArrayBuffer is missing/)
  const { loss } = await head.step(batch)
  await head.dispose()
  vi.unstubAllGlobals()
  const two = await create(2)
  expect([two.threads, two.notice]).toEqual([2, undefined])
  expect((await two.step(batch)).loss).toBeCloseTo(loss, 5)
  await two.dispose()
})
