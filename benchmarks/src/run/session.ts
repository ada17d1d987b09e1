import type { DataKind } from '../data/write.js'
import type { Launch } from '../engines/all.js'
import type { Task } from '../engines/engine.js'
import type { Roofline } from '../roofline/roofs.js'
import type { Shape } from '../shapes.js'
import type { Absence, Contender } from './contender.js'
import { type EngineProcess, startProcess, UnavailableError } from './process.js'

/** How the contenders of a shape are measured. */
export interface MeasureOptions {
  readonly data: DataKind
  readonly repetitions: number
  /** The bundled host. */
  readonly host: string
  readonly roofline: Roofline
  readonly signal: AbortSignal
  /** Told what happens now, and which share of the shape is done, 0 to 1. */
  onProgress(what: string, share: number): void
}

/** One shape while it is measured. */
export interface Session extends MeasureOptions {
  readonly shape: Shape
  readonly folder: string
  readonly referenceFolder: string
  /** The mean loss in float64. */
  referenceLoss: number
  readonly processes: Set<EngineProcess>
  readonly absences: Absence[]
  readonly versions: Record<string, string>
}

/** Starts a process that the end of the session ends. */
export const start = (
  { signal, processes, shape, folder, host }: Session,
  launch: (task: Task, host: string) => Launch,
  threads: number,
): EngineProcess => {
  signal.throwIfAborted()
  const process = startProcess(launch({ shape, threads, folder }, host))
  processes.add(process)
  return process
}

/** Ends a process before the session ends. */
export const end = async ({ processes }: Session, process: EngineProcess): Promise<void> => {
  await process.stop()
  processes.delete(process)
}

/** Does some work of a contender; one that fails is noted and leaves the others alone. */
export const attempt = async <Result>(
  { signal, shape, absences }: Session,
  { engine, threads }: Contender,
  work: () => Promise<Result>,
): Promise<Result | undefined> => {
  try {
    return await work()
  } catch (error) {
    signal.throwIfAborted()
    const failed = !(error instanceof UnavailableError)
    absences.push({ engine, threads, shape, reason: (error as Error).message, failed })
    return undefined
  }
}
