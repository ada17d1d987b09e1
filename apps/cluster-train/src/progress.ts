import { Presets, SingleBar } from 'cli-progress'

/** Live progress of a run. */
export interface Progress {
  step(done: number, loss: number, accuracy: number, secondsAStep: number): void
  stop(): void
}

const silent: Progress = { step: () => {}, stop: () => {} }

/** A bar of rank 0 on the error stream; the other processes say nothing. */
export const progressOf = (rank: number, total: number): Progress => {
  if (rank !== 0) return silent
  const bar = new SingleBar(
    {
      format:
        '{bar} {value}/{total} steps  loss {loss}  rank-1 {accuracy} %  {rate} s a step  {eta} s left',
      noTTYOutput: true,
      notTTYSchedule: 5000,
      stream: process.stderr,
    },
    Presets.shades_classic,
  )
  bar.start(total, 0, { loss: '-', accuracy: '-', rate: '-' })
  return {
    step: (done, loss, accuracy, secondsAStep) =>
      bar.update(done, {
        loss: loss.toFixed(4),
        accuracy: (100 * accuracy).toFixed(1),
        rate: secondsAStep.toFixed(3),
      }),
    stop: () => bar.stop(),
  }
}
