import type { Shape } from '../shapes.js'
import type { Jobs } from './job.js'
import type { StepTimes, Task, TimedExchange } from './task.js'

/** One row of a table: what a number of processes did. */
export interface Run {
  readonly task: Task
  readonly times: StepTimes
}

/** Everything that was measured. */
export interface Measured {
  /** The same classes on more processes; the first is one process. */
  readonly strong: readonly Run[]
  /** As many classes for each process. */
  readonly weak: readonly Run[]
  /** As many classes as the memory holds; empty where that was not asked for. */
  readonly full: readonly Run[]
  /** The last of `strong` with half the rows. */
  readonly halfRows: Run
  readonly exchanges: readonly TimedExchange[]
}

/** Bytes of a class weight's value: itself and its momentum. */
const bytesAValue = 8

/** Classes whose weights and momentum fill that many GB (10^9 bytes). */
export const classesIn = (gigabytes: number, dimension: number): number =>
  Math.floor((gigabytes * 1e9) / (bytesAValue * dimension))

const sizes = Array.from({ length: 8 }, (_, power) => 8 ** (power + 1))

/** Runs all jobs, one after another. */
export const measure = async (
  jobs: Jobs,
  { rows, dimension, classes }: Shape,
  { memory, repetitions }: { readonly memory: number; readonly repetitions: number },
  onProgress: (what: string, share: number) => void,
): Promise<Measured> => {
  const base: Task = { classes, dimension, rows, threads: 1, repetitions, streamed: false }
  const full: Task = {
    ...base,
    classes: classesIn(memory, dimension),
    repetitions: Math.min(2, repetitions),
    streamed: true,
  }
  const steps = memory > 0 ? 8 : 6
  let done = 0
  const run = async (processes: number, task: Task): Promise<Run> => {
    const { classes: count, threads } = task
    onProgress(`${count} classes, processes ${processes}, threads ${threads}`, done++ / steps)
    return { task, times: await jobs.run<StepTimes>(processes, { what: 'steps', task }) }
  }
  const one = await run(1, base)
  const threads = await run(1, { ...base, threads: 2 })
  const two = await run(2, base)
  const half = await run(1, { ...base, classes: Math.ceil(classes / 2) })
  const halfRows = await run(2, { ...base, rows: Math.ceil(rows / 2) })
  onProgress('collectives', done++ / steps)
  const exchanges = await jobs.run<TimedExchange[]>(2, { what: 'exchanges', bytes: sizes })
  const filled = memory > 0 ? [await run(1, full), await run(2, full)] : []
  onProgress('done', 1)
  return { strong: [one, threads, two], weak: [half, two], full: filled, halfRows, exchanges }
}
