/** What each process of a benchmark's job runs: `mpirun … node program.mjs <job as JSON>`; rank 0 prints the result. */
import { readFileSync } from 'node:fs'
import { type Collective, mpi, ShardedHead, sliceOf } from '@arcmargin/mpi'
import { arcFace } from '@arcmargin/wasm'
import { margin, scale } from '../head.js'
import { median } from '../run/statistics.js'
import { fillUniform } from './numbers.js'
import { recorded } from './recorded.js'
import { createStore } from './store.js'
import type { Job, StepTimes, Task, TimedExchange } from './task.js'

/** The sum or the largest of a number of each process. */
const across = ({ allReduce }: Collective, operation: 'sum' | 'max', value: number): number => {
  const values = Float64Array.of(value)
  allReduce(values, operation)
  return values[0] as number
}

const peakMb = (): number =>
  Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024

const steps = async (collective: Collective, task: Task): Promise<StepTimes> => {
  const { classes, dimension, rows, threads, streamed, repetitions } = task
  const { rank, size } = collective
  const slice = sliceOf(classes, collective)
  const recorder = recorded(collective)
  const head = await ShardedHead.create({
    collective: recorder.collective,
    loss: arcFace({ margin, scale }),
    ...{ classes, dimension, threads },
    optimizer: { type: 'sgd', learningRate: 0.1 },
    ...(streamed
      ? {
          source: createStore(slice.count * dimension, dimension, (first, target) =>
            fillUniform(slice.first * dimension + first, target),
          ),
        }
      : { weights: (first, target) => fillUniform(first * dimension, target) }),
  })
  const [first, end] = [Math.floor((rows * rank) / size), Math.floor((rows * (rank + 1)) / size)]
  const embeddings = new Float32Array((end - first) * dimension)
  fillUniform((classes + first) * dimension, embeddings)
  const labels = Int32Array.from({ length: end - first }, (_, row) =>
    Math.floor(((first + row + 0.5) * classes) / rows),
  )
  const times: { readonly step: number; readonly computing: number }[] = []
  let loss = Number.NaN
  for (let repetition = -1; repetition < repetitions; repetition++) {
    recorder.take()
    collective.barrier()
    const since = performance.now()
    const result = await head.step({ embeddings, labels })
    const step = across(collective, 'max', (performance.now() - since) / 1000)
    const computing = across(collective, 'max', result.seconds.computing)
    loss = result.loss
    if (repetition >= 0) times.push({ step, computing })
  }
  const exchanges = recorder.take()
  const memoryMb = across(collective, 'sum', peakMb())
  await head.dispose()
  const step = median(times.map((one) => one.step))
  const computing = median(times.map((one) => one.computing))
  const exchanging = Math.max(0, step - computing)
  return { processes: size, step, computing, exchanging, memoryMb, loss, exchanges }
}

/** Calls before and while the clock runs. */
const [warmUp, calls] = [5, 21]

const exchanges = (collective: Collective, bytes: readonly number[]): readonly TimedExchange[] =>
  bytes.flatMap((size) =>
    (['allReduce', 'allGather'] as const).map((kind) => {
      const values = new Float32Array(kind === 'allReduce' ? size / 4 : size / 4 / collective.size)
      const seconds = Array.from({ length: warmUp + calls }, () => {
        collective.barrier()
        const since = performance.now()
        if (kind === 'allReduce') collective.allReduce(values, 'sum')
        else collective.allGather(values)
        return across(collective, 'max', (performance.now() - since) / 1000)
      })
      return { kind, bytes: size, seconds: median(seconds.slice(warmUp)) }
    }),
  )

const collective = mpi()
const job = JSON.parse(process.argv[2] ?? '') as Job
const result =
  job.what === 'steps' ? await steps(collective, job.task) : exchanges(collective, job.bytes)
if (collective.rank === 0) process.stdout.write(`${JSON.stringify(result)}\n`)
collective.close()
