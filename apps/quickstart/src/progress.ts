import cliProgress from 'cli-progress'
import { experimentOf } from './experiments.js'
import type { JobListener } from './jobs/pool.js'
import type { Job, Progress } from './jobs/protocol.js'

/** Shows how far everything is, on standard error. */
export interface ProgressDisplay extends JobListener {
  /** @param done share of the picture sheet that is drawn, 0 to 1. */
  onSheet(done: number): void
  stop(): void
}

/** Bars that live at the bottom of a terminal, or a few lines in a log; nothing when `silent`. */
export const createProgress = (
  stream: NodeJS.WriteStream,
  jobs: number,
  workers: number,
  silent: boolean,
): ProgressDisplay => {
  if (silent) return { onSheet() {}, onProgress() {}, onDone() {}, stop() {} }
  return stream.isTTY ? bars(stream, jobs, workers) : lines(stream, jobs)
}

const titleOf = (job: Job): string => {
  if (job.kind === 'untrained') return 'front end alone'
  const { title, wrongLabels } = experimentOf(job.loss)
  return `${title}${wrongLabels > 0 ? ', wrong labels' : ''}, seed ${job.seed}`
}

const stateOf = ({ loss, targetAngle }: Progress): string =>
  `loss ${loss.toFixed(2).padStart(5)}${
    targetAngle === undefined ? '' : `  θ ${targetAngle.toFixed(1).padStart(5)}°`
  }`

const bars = (stream: NodeJS.WriteStream, jobs: number, workers: number): ProgressDisplay => {
  const multi = new cliProgress.MultiBar(
    {
      stream,
      format: '{title} {bar} {percentage}%  {state}',
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
    },
    cliProgress.Presets.shades_classic,
  )
  const pad = (title: string): string => title.padEnd(36)
  const all = multi.create(jobs, 0, { title: pad('all runs'), state: '' })
  let sheet: cliProgress.SingleBar | undefined
  const slots = new Map<number, cliProgress.SingleBar>()
  const slotBar = (slot: number): cliProgress.SingleBar => {
    const existing = slots.get(slot)
    if (existing !== undefined) return existing
    const bar = multi.create(1, 0, { title: pad(''), state: '' })
    slots.set(slot, bar)
    return bar
  }
  for (let slot = 0; slot < Math.min(workers, jobs); slot++) slotBar(slot)
  return {
    onSheet(done) {
      sheet ??= multi.create(1, 0, { title: pad('drawing the emoji, once'), state: '' })
      sheet.update(done)
      if (done >= 1) multi.remove(sheet)
    },
    onProgress(slot, job, progress) {
      const bar = slotBar(slot)
      bar.setTotal(progress.steps)
      bar.update(progress.step, { title: pad(titleOf(job)), state: stateOf(progress) })
    },
    onDone() {
      all.increment()
    },
    stop() {
      // A second stop would wipe what was printed since.
      if (multi.isActive) multi.stop()
    },
  }
}

/** Without a terminal: a line when a run starts and whenever it passes another quarter. */
const lines = (stream: NodeJS.WriteStream, jobs: number): ProgressDisplay => {
  const quarters = new Map<Job | 'sheet', number>()
  let finished = 0
  const passes = (what: Job | 'sheet', share: number): boolean => {
    const quarter = Math.floor(share * 4)
    if (quarter <= (quarters.get(what) ?? -1)) return false
    quarters.set(what, quarter)
    return true
  }
  return {
    onSheet(done) {
      if (passes('sheet', done)) stream.write(`drawing the emoji, once: ${percent(done)}\n`)
    },
    onProgress(_slot, job, progress) {
      const share = progress.step / progress.steps
      if (!passes(job, share)) return
      stream.write(`${titleOf(job)}: ${percent(share)}  ${stateOf(progress)}\n`)
    },
    onDone(_slot, job) {
      finished++
      stream.write(`${titleOf(job)}: done (${finished} of ${jobs})\n`)
    },
    stop() {},
  }
}

const percent = (share: number): string => `${Math.round(share * 100)} %`
