/** What bad input does on this process and on the others; prints the messages of all. */
import * as core from '@arcmargin/core'
import { mpi, ShardedHead } from '../../src/index.js'
import { numbers } from './data.js'

const [task] = process.argv.slice(2)
const collective = mpi()
const [dimension, classes] = [4, 10]
const weights = numbers(classes * dimension, 2)
const create = (given: object = {}): Promise<ShardedHead> =>
  ShardedHead.create({
    collective,
    loss: core.arcFace(),
    classes,
    dimension,
    weights: (first, target) =>
      target.set(weights.subarray(first * dimension, first * dimension + target.length)),
    ...given,
  })

const head = await create()
const { rank } = collective
const good = { embeddings: numbers(2 * dimension, rank), labels: [rank, rank + 1] }

if (task === 'throw') {
  // One process fails where nobody can tell the others.
  if (rank === 1) throw new TypeError('a fault of rank 1')
  await head.step(good)
}
if (task === 'abort') {
  if (rank === 1) collective.abort('enough')
  await head.step(good)
}

const messageOf = async (work: () => Promise<unknown>): Promise<string> => {
  try {
    await work()
    return 'no error'
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`
  }
}

/** The messages of all processes, by rank. */
const onAll = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
  const text = (await messageOf(work)).padEnd(300).slice(0, 300)
  const codes = collective.allGather(Int32Array.from(text, (letter) => letter.charCodeAt(0)))
  const all = Array.from(codes, (code) => String.fromCharCode(code)).join('')
  return Array.from({ length: collective.size }, (_, each) =>
    all.slice(300 * each, 300 * (each + 1)).trim(),
  )
}

const before = await head.readWeights()
const fromRank1 = <T>(bad: T, fine: T): T => (rank === 1 ? bad : fine)
const stopped = AbortSignal.abort(new Error('stopped by hand'))
const messages = {
  label: await onAll(() => head.step({ ...good, labels: fromRank1([3, classes], good.labels) })),
  length: await onAll(() =>
    head.step({ ...good, embeddings: fromRank1(new Float32Array(7), good.embeddings) }),
  ),
  nonFinite: await onAll(() =>
    head.step({
      ...good,
      embeddings: fromRank1(new Float32Array(8).fill(Number.NaN), good.embeddings),
    }),
  ),
  sampleWeights: await onAll(() => head.step(good, fromRank1({ sampleWeights: [1] }, {}))),
  signal: await onAll(() => head.step(good, fromRank1({ signal: stopped }, {}))),
  k: await onAll(() => head.topK(good.embeddings, classes + 1)),
  classes: await onAll(() => create({ classes: 1 })),
  classwise: await onAll(async () => (await create({ loss: core.proxyAnchor() })).step(good)),
  random: await onAll(async () => (await create({ loss: core.elasticArcFace() })).step(good)),
  missing: await onAll(() => head.load('/nowhere')),
  fine: await onAll(() => head.step(good)),
}
const after = await head.readWeights()
const unchanged = before.every((value, at) => value === after[at])
if (rank === 0) process.stdout.write(JSON.stringify({ messages, unchanged }))
