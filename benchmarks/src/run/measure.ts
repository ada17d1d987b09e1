import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { relativeError, sampledError } from '../data/error.js'
import { classWeightsGradientFile, embeddingsGradientFile } from '../data/files.js'
import { writeProblem } from '../data/write.js'
import { launchReference } from '../engines/all.js'
import type { Shape } from '../shapes.js'
import { type Absence, type Contender, type Measurement, titleOf } from './contender.js'
import type { EngineProcess } from './process.js'
import type { Turn } from './protocol.js'
import { hasTurn, type Plan, planTurns } from './schedule.js'
import { attempt, end, type MeasureOptions, type Session, start } from './session.js'
import { summarise } from './statistics.js'

/** What a shape yields. */
export interface ShapeResult {
  readonly measurements: readonly Measurement[]
  readonly absences: readonly Absence[]
  readonly versions: Readonly<Record<string, string>>
}

/** A contender that is warm. */
interface Run extends Contender {
  readonly process: EngineProcess
  readonly plan: Plan
  readonly turns: Turn[]
}

const warmUpMs = 2000
const mostWarmUps = 50
/** A longer first step did more than compile and tune: it counts as a warm one. */
const longestFirstMs = 60_000

/**
 * Measures contenders on one shape. Each is a process of its own with the problem in memory; their turns alternate, so that a busy
 * moment of the machine meets all of them. Their gradients are compared with float64 afterwards.
 *
 * @throws the signal's reason when it is aborted. No process and no file is left behind.
 */
export const measureShape = async (
  shape: Shape,
  contenders: readonly Contender[],
  options: MeasureOptions,
): Promise<ShapeResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'arcmargin-bench-'))
  const session: Session = {
    ...options,
    shape,
    folder,
    referenceFolder: join(folder, 'reference'),
    referenceLoss: Number.NaN,
    processes: new Set(),
    absences: [],
    versions: {},
  }
  const stop = (): Promise<unknown> =>
    Promise.all(Array.from(session.processes, (process) => process.stop()))
  options.signal.addEventListener('abort', stop)
  try {
    options.signal.throwIfAborted()
    await writeReference(session)
    const runs = await warmUpAll(session, contenders)
    const survivors = await takeTurns(session, runs)
    const measurements = await finishAll(session, survivors)
    const { absences, versions } = session
    return { measurements, absences, versions }
  } finally {
    options.signal.removeEventListener('abort', stop)
    await stop()
    // A browser that was ended writes for a moment longer.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }
}

/** Writes the problem and its gradients in float64. */
const writeReference = async (session: Session): Promise<void> => {
  session.onProgress('data and gradients in float64', 0)
  writeProblem(session.folder, session.shape, session.data)
  mkdirSync(session.referenceFolder)
  const reference = start(session, launchReference, 1)
  await reference.ready()
  session.referenceLoss = (await reference.step(1)).loss
  await reference.finish(session.referenceFolder)
  await end(session, reference)
}

const warmUpAll = async (
  session: Session,
  contenders: readonly Contender[],
): Promise<readonly Run[]> => {
  const runs: Run[] = []
  for (const [index, contender] of contenders.entries()) {
    session.onProgress(`warming up ${titleOf(contender)}`, (0.4 * (index + 1)) / contenders.length)
    const run = await attempt(session, contender, () => warmUp(session, contender))
    if (run) runs.push(run)
  }
  return runs
}

/** Starts a contender and runs it until its code is compiled and its memory is mapped. */
const warmUp = async (session: Session, contender: Contender): Promise<Run> => {
  const process = start(session, contender.engine.launch, contender.threads)
  const { versions } = await process.ready()
  Object.assign(session.versions, versions)
  let [spent, last] = [0, 0]
  for (let step = 0; step < mostWarmUps && spent < warmUpMs; step++) {
    last = (await process.step(1)).wallMs
    // The first step may compile and tune as well.
    if (step > 0 || last > longestFirstMs) spent += last
  }
  return { ...contender, process, plan: planTurns(last, session.repetitions), turns: [] }
}

/** Rounds in which everybody has a turn, or skips it when slow. Returns who is still there. */
const takeTurns = async (session: Session, runs: readonly Run[]): Promise<readonly Run[]> => {
  const { roofline, repetitions } = session
  const alive = new Set(runs)
  for (let round = 0; round < repetitions; round++) {
    await roofline.measure()
    for (const run of runs) {
      const { process, plan, turns } = run
      if (!alive.has(run) || !hasTurn(round, repetitions, plan.turns)) continue
      session.onProgress(titleOf(run), 0.4 + (0.5 * (round + 1)) / repetitions)
      const turn = await attempt(session, run, () => process.step(plan.steps))
      if (turn) turns.push(turn)
      else alive.delete(run)
    }
  }
  return [...alive]
}

const finishAll = async (
  session: Session,
  runs: readonly Run[],
): Promise<readonly Measurement[]> => {
  const measurements: Measurement[] = []
  for (const [index, run] of runs.entries()) {
    session.onProgress(`comparing ${titleOf(run)}`, 0.9 + (0.1 * (index + 1)) / runs.length)
    const measurement = await attempt(session, run, () => finish(session, run))
    if (measurement) measurements.push(measurement)
  }
  return measurements
}

const finish = async (
  session: Session,
  { engine, threads, process, turns }: Run,
): Promise<Measurement> => {
  const { shape, folder, referenceFolder, referenceLoss } = session
  const { classes, ...peaks } = await process.finish(folder)
  await end(session, process)
  const loss = turns.at(-1)?.loss ?? Number.NaN
  const width = shape.subCenters * shape.dimension
  const [found, expected] = [folder, referenceFolder].map(classWeightsGradientFile) as [
    string,
    string,
  ]
  return {
    engine,
    threads,
    shape,
    turns: turns.length,
    wall: summarise(turns.map(({ wallMs }) => wallMs)),
    cpu: summarise(turns.map(({ cpuMs }) => cpuMs)),
    ...peaks,
    errorLoss: Math.abs(loss - referenceLoss) / referenceLoss,
    errorDx: relativeError(embeddingsGradientFile(folder), embeddingsGradientFile(referenceFolder)),
    errorDw: classes
      ? sampledError(found, expected, classes, width)
      : relativeError(found, expected),
  }
}
