/** Every loss on this many processes against core on one, in float64: prints the largest errors by case. */

import * as core from '@arcmargin/core'
import { marginLoss } from '@arcmargin/core/head'
import { mpi, ShardedHead } from '../../src/index.js'
import { errorOf, numbers, shareOf } from './data.js'

const collective = mpi()
const [rows, dimension, classes] = [14, 9, 23]

interface Case {
  readonly loss: core.Loss
  readonly subCenters?: number
  /** Parameters of all rows; rows are cut out for each process. */
  readonly perSample?: Readonly<Record<string, Float64Array>>
  readonly perClass?: Readonly<Record<string, Float64Array>>
  readonly asked?: readonly string[]
  readonly reduction?: 'sum'
  readonly sampleWeights?: Float64Array
}

const table = (length: number, from: number, to: number): Float64Array =>
  Float64Array.from({ length }, (_, at) => from + ((to - from) * at) / length)

const cases: Readonly<Record<string, Case>> = {
  softmax: { loss: core.softmax() },
  normFace: { loss: core.normFace({ scale: 16 }), asked: ['scale'] },
  arcFace: { loss: core.arcFace() },
  'arcFace, K = 3': { loss: core.arcFace({ scale: 20 }), subCenters: 3 },
  'arcFace, margins by class': {
    loss: core.arcFace({ margin: 'perClass', scale: 16 }),
    perClass: { margin: table(classes, 0.1, 0.6) },
    asked: ['margin'],
  },
  'arcFace, margins by sample, weighted sum': {
    loss: core.arcFace({ margin: 'perSample', scale: 16 }),
    perSample: { margin: table(rows, 0.1, 0.6) },
    sampleWeights: table(rows, 0, 2),
    reduction: 'sum',
    asked: ['margin'],
  },
  cosFace: { loss: core.cosFace({ scale: 30 }) },
  sphereFace: { loss: core.sphereFace() },
  magFace: { loss: core.magFace() },
  adaFace: { loss: core.adaFace() },
  adaCos: { loss: core.adaCos() },
  curricularFace: { loss: core.curricularFace() },
  mvArc: { loss: core.mvArc() },
  npcFace: { loss: core.npcFace() },
  elasticArcFacePlus: { loss: core.elasticArcFacePlus() },
  adaptiveFace: {
    loss: core.adaptiveFace(),
    perClass: { margin: table(classes, 0.1, 0.5) },
    asked: ['margin'],
  },
  sphereFace2: { loss: core.sphereFace2() },
  uniFace: { loss: core.uniFace() },
  circle: { loss: core.circle() },
  'softTriple, K = 2': { loss: core.softTriple(), subCenters: 2 },
}

const labels = Int32Array.from({ length: rows }, (_, row) => (row === 5 ? -1 : (row * 7) % classes))
const embeddings = numbers(rows * dimension, 1).map((value) => 3 * value)
const { first, last } = shareOf(rows, collective)
const cut = <T extends Float32Array | Float64Array | Int32Array>(values: T, width = 1): T =>
  values.slice(first * width, last * width) as T

const generator = (): (() => number) => {
  let at = 0
  const uniform = numbers(4 * rows, 3)
  return () => ((uniform[at++] as number) + 1) / 2
}

/** Largest error of a result over all processes. */
const worst = (error: number): number => {
  const all = Float64Array.of(error)
  collective.allReduce(all, 'max')
  return all[0] as number
}

const errors: Record<string, Record<string, number>> = {}
for (const [
  name,
  { loss, subCenters = 1, perSample, perClass, asked, ...options },
] of Object.entries(cases)) {
  const size = subCenters * dimension
  const weights = numbers(classes * size, 2)
  const known = Object.keys(loss.definition.parameters).filter((each) => asked?.includes(each))
  const whole = marginLoss(
    loss,
    {
      embeddings: Float64Array.from(embeddings),
      classWeights: Float64Array.from(weights),
      labels,
      dimension,
      subCenters,
    },
    {
      gradients: { embeddings: true, classWeights: true, ...(asked && { parameters: known }) },
      parameters: { ...perSample, ...perClass },
      random: generator(),
      ...options,
    },
  )
  const head = await ShardedHead.create({
    collective,
    loss,
    classes,
    dimension,
    subCenters,
    weights: (from, target) =>
      target.set(weights.subarray(from * dimension, from * dimension + target.length)),
  })
  const { sampleWeights, reduction } = options
  const own = await head.step(
    { embeddings: cut(embeddings, dimension), labels: cut(labels) },
    {
      parameters: {
        ...perClass,
        ...Object.fromEntries(
          Object.entries(perSample ?? {}).map(([key, values]) => [key, cut(values)]),
        ),
      },
      random: generator(),
      ...(asked && { parameterGradients: known }),
      ...(sampleWeights && { sampleWeights: cut(sampleWeights) }),
      ...(reduction && { reduction }),
    },
  )
  const slice = (values: ArrayLike<number> | undefined): Float64Array =>
    Float64Array.from(values ?? []).subarray(head.first * size, (head.first + head.count) * size)
  const parameterError = Object.entries(whole.gradients.parameters).map(([key, expected]) => {
    const found = own.gradients.parameters[key] as number | Float64Array
    return typeof expected === 'number'
      ? errorOf([found as number], [expected])
      : errorOf(found as Float64Array, expected)
  })
  errors[name] = {
    loss: worst(errorOf([own.loss], [whole.loss])),
    accuracy: worst(errorOf([own.accuracy], [whole.accuracy])),
    losses: worst(errorOf(own.losses, cut(whole.losses))),
    state: worst(errorOf(Object.values(own.state), Object.values(whole.state))),
    dx: worst(
      errorOf(
        own.gradients.embeddings ?? [],
        cut(whole.gradients.embeddings as Float64Array, dimension),
      ),
    ),
    dW: worst(errorOf(own.gradients.classWeights ?? [], slice(whole.gradients.classWeights))),
    parameters: worst(Math.max(0, ...parameterError)),
  }
  await head.dispose()
}
if (collective.rank === 0) process.stdout.write(JSON.stringify(errors))
