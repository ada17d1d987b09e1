import { angleHistogram } from '@arcmargin/metrics'
import type { Step } from './train.js'

/** Bins of two degrees from 0° to 180°. */
const bins = 90

/** Batches that stand for the start: the learning rate is still near 0. */
const startSteps = 4

/** How far pictures were from their labels' class weights during one stretch of training. */
export interface AngleSnapshot {
  /** 0: the first steps of all; else the epoch, from 1. */
  readonly epoch: number
  /** Share of all pictures of the stretch in each two-degree bin, where the label is right … */
  readonly right: readonly number[]
  /** … and where it is wrong; all 0 on clean labels. */
  readonly wrong: readonly number[]
  /** Median over all pictures, in degrees. */
  readonly median: number
}

/** Gathers θ of the target over training: figure 4a of the ArcFace paper, an epoch at a time. */
export class AngleHistory {
  readonly snapshots: AngleSnapshot[] = []
  private readonly start = new Stretch()
  private current = new Stretch()

  /** Takes in one step; steps come in order. Nothing is kept of a loss without class weights. */
  add(step: Step, lastOfEpoch: boolean): void {
    if (step.targetAngles.length === 0) return
    if (step.step <= startSteps) {
      this.start.add(step)
      if (step.step === startSteps) this.snapshots.unshift(this.start.snapshot(0))
    }
    this.current.add(step)
    if (!lastOfEpoch) return
    this.snapshots.push(this.current.snapshot(step.epoch))
    this.current = new Stretch()
  }
}

class Stretch {
  private readonly right: number[] = []
  private readonly wrong: number[] = []

  add({ targetAngles, mislabelled }: Step): void {
    for (const [i, angle] of targetAngles.entries()) {
      const side = mislabelled[i] ? this.wrong : this.right
      side.push(angle)
    }
  }

  snapshot(epoch: number): AngleSnapshot {
    const all = [...this.right, ...this.wrong]
    return {
      epoch,
      right: shares(this.right, all.length),
      wrong: shares(this.wrong, all.length),
      median: (angleHistogram(all, { bins }).median * 180) / Math.PI,
    }
  }
}

const shares = (angles: readonly number[], total: number): number[] =>
  angles.length === 0
    ? new Array<number>(bins).fill(0)
    : Array.from(angleHistogram(angles, { bins }).counts, (count) => count / total)
