import { type Loss, NonFiniteError, ShapeError } from '@arcmargin/core'
import { parameterScopes, readLabels } from '@arcmargin/core/backend'
import type { FloatArray } from '@arcmargin/core/head'
import type { Collective } from '../collective/collective.js'
import { agree } from './agree.js'
import type { ShardedBatch, ShardedStepOptions } from './options.js'

/** The rows of all processes, one behind the other. */
export interface Rows {
  readonly batch: { readonly embeddings: Float32Array; readonly labels: Int32Array }
  readonly sampleWeights: Float64Array | undefined
  /** Tables of parameters: those a sample for all rows, those a class as they were given. */
  readonly parameters: Readonly<Record<string, number | FloatArray>>
  /** First row of this process. */
  readonly first: number
  /** Rows of this process. */
  readonly count: number
}

interface Shape {
  readonly loss: Loss
  readonly classes: number
  readonly dimension: number
}

/**
 * Number of rows, also none.
 *
 * @throws ShapeError for values that are no rows.
 */
export const countOf = ({ length }: FloatArray, dimension: number): number => {
  if (length % dimension === 0) return length / dimension
  throw new ShapeError(`has ${length} values`, {
    argument: 'embeddings',
    allowed: `a multiple of dimension = ${dimension}`,
  })
}

/** Refuses rows that no process could use; returns how many there are. */
const checkRows = (
  { embeddings, labels }: ShardedBatch,
  { sampleWeights, signal }: ShardedStepOptions,
  { classes, dimension }: Shape,
): number => {
  signal?.throwIfAborted()
  const rows = countOf(embeddings, dimension)
  readLabels(labels, rows, { classes })
  const bad = embeddings.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0) {
    throw new NonFiniteError('is not finite', {
      argument: 'embeddings',
      row: Math.floor(bad / dimension),
      value: embeddings[bad],
      allowed: 'finite numbers',
    })
  }
  if (sampleWeights && sampleWeights.length !== rows) {
    throw new ShapeError(`has ${sampleWeights.length} values`, {
      argument: 'sampleWeights',
      allowed: `${rows}`,
    })
  }
  return rows
}

/** Which of the rows of all processes are whose. */
export interface Shares {
  /** Rows of each process. */
  readonly counts: Int32Array
  /** First row of this process. */
  readonly first: number
}

/** Tells every process how many rows each of them has. */
export const shareRows = (collective: Collective, count: number): Shares => {
  const counts = collective.allGather(Int32Array.of(count))
  const first = counts.subarray(0, collective.rank).reduce((sum, each) => sum + each, 0)
  return { counts, first }
}

/** The embeddings of all processes, one behind the other. */
export const gatherEmbeddings = (
  collective: Collective,
  embeddings: FloatArray,
  { counts }: Shares,
  dimension: number,
): Float32Array =>
  collective.allGather(
    Float32Array.from(embeddings),
    counts.map((rows) => rows * dimension),
  )

/**
 * Gives every process the rows of all. Processes may have different numbers of rows, also none.
 *
 * @throws what core throws for rows that do not fit, PeerError where another process's do not; the signal's reason.
 */
export const gatherRows = async (
  collective: Collective,
  shape: Shape,
  batch: ShardedBatch,
  options: ShardedStepOptions,
): Promise<Rows> => {
  const count = await agree(collective, () => checkRows(batch, options, shape))
  const shares = shareRows(collective, count)
  const { counts, first } = shares
  const perSample = (given: ArrayLike<number>): Float64Array =>
    collective.allGather(Float64Array.from(given), counts)
  const scopes = parameterScopes(shape.loss)
  const parameters = Object.fromEntries(
    Object.entries(options.parameters ?? {}).map(([name, value]) => [
      name,
      scopes[name] === 'perSample' && typeof value !== 'number' ? perSample(value) : value,
    ]),
  )
  return {
    batch: {
      embeddings: gatherEmbeddings(collective, batch.embeddings, shares, shape.dimension),
      labels: collective.allGather(Int32Array.from(batch.labels), counts),
    },
    sampleWeights: options.sampleWeights && perSample(options.sampleWeights),
    parameters,
    first,
    count,
  }
}
