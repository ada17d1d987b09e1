/**
 * `train FOLDER STEPS`: trains from where FOLDER is, saves there, prints loss and a digest of the weights. `die FOLDER`: saves, then
 * is killed in the middle of the next step or save.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as core from '@arcmargin/core'
import { mpi, ShardedHead } from '../../src/index.js'
import { numbers } from './data.js'

const [task, folder, count] = process.argv.slice(2) as [string, string, string]
const collective = mpi()
const [rows, dimension, classes] = [24, 8, 37]
const weights = numbers(classes * 2 * dimension, 2)
const head = await ShardedHead.create({
  collective,
  loss: core.adaFace({ scale: 16 }),
  classes,
  dimension,
  subCenters: 2,
  optimizer: { type: 'adamW', learningRate: 0.01 },
  weights: (first, target) =>
    target.set(weights.subarray(first * dimension, first * dimension + target.length)),
})
if (existsSync(join(folder, 'manifest.json'))) await head.load(folder)

const { rank, size } = collective
const [first, last] = [Math.floor((rows * rank) / size), Math.floor((rows * (rank + 1)) / size)]
const batch = {
  embeddings: numbers(rows * dimension, 1).slice(first * dimension, last * dimension),
  labels: Int32Array.from({ length: last - first }, (_, row) => ((first + row) * 5) % classes),
}
const step = async (): Promise<number> => (await head.step(batch)).loss

let loss = 0
for (let at = 0; at < Number(count ?? 2); at++) loss = await step()
if (task === 'train') {
  await head.save(folder)
  const own = await head.readWeights()
  const all = collective.allGather(own, collective.allGather(Int32Array.of(own.length)))
  if (rank === 0) {
    const digest = createHash('sha256').update(all).digest('hex')
    process.stdout.write(
      JSON.stringify({ loss, steps: head.steps, digest, norm: Math.hypot(...all) }),
    )
  }
} else {
  // The last process dies while the others wait for it, at a moment of its own.
  if (rank === size - 1) setTimeout(() => process.kill(process.pid, 'SIGKILL'), 300)
  for (;;) {
    await step()
    if (task === 'die-saving') await head.save(folder)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
