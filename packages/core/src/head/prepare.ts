import { evaluate } from '../expression/evaluate.js'
import type { Loss } from '../losses/definition.js'
import { type DerivedLoss, deriveLoss } from '../losses/derive.js'
import { type ResolvedLoss, resolveLoss } from '../losses/resolve.js'
import type { FloatArray, GradientRequest, HeadBatch, HeadOptions } from './batch.js'
import { checkOptions, gradientBuffers, rowScales } from './check.js'
import { type ClassBlock, cosineBlocks } from './cosine.js'
import { rowEnvironment } from './environment.js'
import type { Kernels } from './kernels.js'
import type { LaneContext } from './lanes.js'
import { type Centers, countRows, readCenters, readEmbeddings, readLabels } from './layout.js'
import { gradientNames } from './parameter-gradient.js'
import { readParameters } from './parameters.js'
import { createPooling } from './pooling.js'
import { Scratch } from './scratch.js'
import { checkShard, type Shard, shardCenters, shardColumns, shareTargets } from './shard.js'
import { checkState, initialState, type LossState } from './state.js'
import { measureTargets, type Targets } from './target.js'

/** One step after every check: the loss as trees, the batch in unit vectors, the targets measured. */
export interface Step extends LaneContext {
  readonly loss: Loss
  readonly kernels: Kernels
  readonly resolved: ResolvedLoss
  readonly derived: DerivedLoss
  /** [N] class of each row, -1 where ignored. */
  readonly labels: ArrayLike<number>
  /** [N] column of each row's label, -1 where ignored; with a shard, `elsewhere` where another process holds it. */
  readonly columns: Int32Array
  /** [N] norms of the embeddings. */
  readonly featureNorms: Float64Array
  readonly targets: Targets
  /** [N] d reduced loss / d row's loss. */
  readonly rowScale: Float64Array
  /** The classes, block by block; one pass a call. */
  blocks(): Iterable<ClassBlock>
  /** The slice of the classes that is held here, where there are several. */
  readonly shard: Shard | undefined
  /** State before the step. */
  readonly before: LossState
  /** Where gradients go, undefined when none was asked for. */
  readonly buffers:
    | { readonly embeddings?: FloatArray; readonly classWeights?: FloatArray }
    | undefined
  /** Parameters whose gradients are taken. */
  readonly gradientNames: readonly string[]
}

/** What a backend that holds the class weights itself has for a step. */
export interface StepSources {
  /** Where the class weights are read from; left out, from `batch.classWeights`. */
  readonly centers?: Centers
  /** The slice of the classes that these class weights are. */
  readonly shard?: Shard | undefined
  /** Where the step's largest arrays lie. They are overwritten by the next step that is given the same. */
  readonly scratch?: Scratch
}

/** Bytes of cosines that are kept between the passes by default. */
const defaultBudget = 1 << 25

const requestOf = ({ gradients }: HeadOptions): GradientRequest | undefined =>
  gradients === true ? { embeddings: true, classWeights: true } : gradients || undefined

/**
 * Checks everything that can be checked without a pass over the classes, and runs stage 1.
 */
export const prepare = (
  loss: Loss,
  batch: HeadBatch,
  options: HeadOptions,
  kernels: Kernels,
  { centers: given, shard, scratch = new Scratch() }: StepSources = {},
): Step => {
  checkOptions(batch, options)
  const resolved = resolveLoss(loss)
  if (shard) checkShard(loss, resolved)
  const held = given ?? readCenters(batch, options.classSubset)
  const centers = shard ? shardCenters(held, shard) : held
  const { dimension, classes, subCenters } = centers
  const rows = countRows('embeddings', batch.embeddings.length, dimension, 'dimension')
  const columns = shard
    ? shardColumns(batch.labels, rows, shard, held.classes, options.classSubset)
    : readLabels(batch.labels, rows, centers, options.classSubset)
  const parameters = readParameters(loss, classes, rows, options.parameters)
  const before = options.state ?? initialState(loss, classes)
  checkState(loss, before)
  const request = requestOf(options)
  const rowScale = rowScales(resolved, columns, options)
  const names = gradientNames(loss, resolved, request?.parameters)
  const buffers = request && gradientBuffers(batch, centers, request)

  const { unit, norms } = readEmbeddings(
    batch.embeddings,
    rows,
    dimension,
    scratch.take('unit', rows * dimension),
  )
  const temperature =
    resolved.poolingTemperature &&
    evaluate(resolved.poolingTemperature, { ...parameters.scalars, ...before })
  const pooling = createPooling(subCenters, temperature)
  const targets = measureTargets(unit, norms, columns, centers, pooling, scratch)
  if (shard) shareTargets(targets, columns, shard)
  const environment = rowEnvironment(targets, norms, batch.labels, parameters)
  return {
    loss,
    kernels,
    resolved,
    derived: deriveLoss(loss),
    environment,
    embeddings: unit,
    featureNorms: norms,
    centers,
    pooling,
    parameters,
    labels: batch.labels,
    columns,
    targets,
    rowScale,
    shard,
    blocks: cosineBlocks(unit, rows, centers, options.cosineBudget ?? defaultBudget, kernels),
    before,
    buffers,
    gradientNames: names,
  }
}
