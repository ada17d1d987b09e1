import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Collective, ShardedHead } from '@arcmargin/mpi'
import { identitiesOf } from './identities.js'
import { lossOf, type Options } from './options.js'
import { progressOf } from './progress.js'

/** What a run came to; seconds a step are means of this process. */
export interface Summary {
  readonly processes: number
  readonly classes: number
  /** Steps in all, those before a checkpoint included. */
  readonly steps: number
  readonly loss: number
  /** Share of rows whose best class of all is their own, over the last tenth of the steps. */
  readonly accuracy: number
  readonly computing: number
  readonly exchanging: number
  /** Megabytes of the largest process. */
  readonly peakMb: number
}

/** Trains; every process calls it with the same options. */
export const train = async (collective: Collective, options: Options): Promise<Summary> => {
  const { classes, dimension, batch, steps, checkpoint, optimizer, learningRate } = options
  const { rank, size } = collective
  const identities = identitiesOf(classes, dimension, options.noise, options.seed)
  const head = await ShardedHead.create({
    collective,
    loss: lossOf(options),
    classes,
    dimension,
    subCenters: options.subCenters,
    optimizer: { type: optimizer, learningRate },
    threads: options.threads,
    weights: identities.start,
  })
  if (checkpoint && existsSync(join(checkpoint, 'manifest.json'))) await head.load(checkpoint)
  const [first, last] = [Math.floor((batch * rank) / size), Math.floor((batch * (rank + 1)) / size)]
  const given = options.sampleRate < 1 ? { sampleRate: options.sampleRate } : {}
  const progress = progressOf(rank, steps)
  const tail = Math.ceil(steps / 10)
  let [loss, accuracy, computing, exchanging] = [Number.NaN, 0, 0, 0]
  try {
    for (let done = 1; done <= steps; done++) {
      const result = await head.step(identities.batch(head.steps, first, last - first), given)
      loss = result.loss
      if (done > steps - tail) accuracy += result.accuracy / tail
      computing += result.seconds.computing
      exchanging += result.seconds.exchanging
      progress.step(done, loss, result.accuracy, (computing + exchanging) / done)
      if (checkpoint && (done % options.saveEvery === 0 || done === steps)) {
        await head.save(checkpoint)
      }
    }
  } finally {
    progress.stop()
  }
  const peak = Float64Array.of(process.resourceUsage().maxRSS / 1024)
  collective.allReduce(peak, 'max')
  const summary = {
    processes: size,
    classes,
    steps: head.steps,
    loss,
    accuracy,
    computing: computing / steps,
    exchanging: exchanging / steps,
    peakMb: Math.round(peak[0] as number),
  }
  await head.dispose()
  return summary
}
