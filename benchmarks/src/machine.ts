import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os'

/** Where the numbers were taken. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  /** GB (2^30 bytes). */
  readonly memoryGb: number
  readonly system: string
  /** Processes that wanted to run, mean of the minute before the first and before the end of the last step. */
  readonly loadBefore: number
  readonly loadAfter: number
}

const load = (): number => Math.round((loadavg()[0] ?? Number.NaN) * 100) / 100

/** Describes the machine; the load afterwards is that of the second call. */
export const describeMachine = (): (() => Machine) => {
  const loadBefore = load()
  return () => ({
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    loadBefore,
    loadAfter: load(),
  })
}
