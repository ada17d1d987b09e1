import { kappaWeights } from '@arcmargin/core/head'
import type { Answer, Backend, Tolerance } from './backend.js'
import { rowError, sizeError, valueError } from './compare.js'
import { beyond, type Errors, none, worse } from './errors.js'
import { mappings } from './mappings/all.js'
import { pairMappings } from './mappings/pairs.js'
import type { Task } from './mappings/task.js'
import { runPairCase } from './pair-suite.js'
import { hardest, toleranceOf } from './rounding.js'
import { flatten, type VectorCase, type VectorFile } from './schema.js'

/** The line of one loss. */
export type Outcome =
  | { readonly loss: string; readonly skipped: string }
  | {
      readonly loss: string
      readonly cases: number
      readonly errors: Errors
      readonly passed: boolean
      /** What failed, case by case, in words. */
      readonly failures: readonly string[]
    }

/** Runs every case of a file. */
export const runFile = async (backend: Backend, file: VectorFile): Promise<Outcome> => {
  const { loss } = file
  const isPair = Object.hasOwn(pairMappings, loss)
  const noEngine = backend.skipsPairs ?? 'this backend has no pair engine'
  const skipped = backend.skips?.[loss] ?? (isPair && !backend.runPairs ? noEngine : undefined)
  if (skipped !== undefined) return { loss, skipped }
  let errors = none
  const failures: string[] = []
  for (const vector of file.cases) {
    try {
      const found = await (isPair ? runPairCase : runCase)(backend, loss, vector)
      errors = worse(errors, found)
      const tolerance = isPair ? backend.tolerance : toleranceOf(backend.tolerance, vector)
      const excess = beyondTolerance(found, tolerance)
      if (excess) failures.push(`${vector.name}: ${excess}`)
    } catch (error) {
      failures.push(`${vector.name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return { loss, cases: file.cases.length, errors, passed: failures.length === 0, failures }
}

/** The errors that are larger than allowed, in words; nothing where all are within. */
const beyondTolerance = (errors: Errors, tolerance: Tolerance): string => {
  const { logits, loss, rows = loss, gradients } = tolerance
  const compared = [
    ['logits', errors.logits, logits],
    ['loss', errors.loss, loss],
    ['rows', errors.rows, rows],
    ['grad_x', errors.gradX, gradients],
    ['grad_W', errors.gradW, gradients],
  ] as const
  return compared
    .filter(([, error, allowed]) => !(error <= allowed))
    .map(
      ([name, error, allowed]) => `${name} ${error.toExponential(1)} > ${allowed.toExponential(1)}`,
    )
    .join(', ')
}

const runCase = async (backend: Backend, loss: string, vector: VectorCase): Promise<Errors> => {
  if (loss === 'kappaface_weights') return compareWeights(vector)
  const tasks = mappings[loss]?.(vector)
  if (!tasks) throw new Error('this loss is not known here')
  let errors = none
  for (const task of tasks) {
    const answer = await backend.run({
      loss: task.loss,
      batch: {
        embeddings: flatten(vector.x),
        classWeights: task.classWeights ?? flatten(vector.W),
        labels: vector.labels,
        dimension: vector.D,
        subCenters: vector.K ?? 1,
      },
      options: task.options ?? {},
      parameterGradients: Object.keys(task.gradients ?? {}),
    })
    errors = worse(errors, compare(vector, task, answer, nearSingular.has(loss) ? 1 : 1e-3))
  }
  return errors
}

/** Files of targets at 1e-4 of 0, π or the continuation, where rows of classes are sums that cancel: the largest row measures them all. */
const nearSingular: ReadonlySet<string> = new Set(['arcface_near_singular'])

/** 1 - p of the hardest sample of a softmax, which all gradients of the case carry; 1 for other losses. */
const easiness = (
  { loss, options }: Task,
  { labels }: VectorCase,
  logits: Float64Array,
): number => {
  const { reduction = 'softmax' } = loss.definition
  if (reduction !== 'softmax' || logits.length === 0) return 1
  const subset = options?.classSubset && Array.from(options.classSubset)
  return hardest(logits, subset ? labels.map((label) => subset.indexOf(label)) : labels)
}

const compare = (vector: VectorCase, task: Task, answer: Answer, least: number): Errors => {
  const { labels, loss_per_sample: losses } = vector
  const logits = flatten(vector.logits ?? [])
  const share = least / easiness(task, vector, logits)
  const batchLoss = sizeError(answer.loss, task.batchLoss ?? vector.loss)
  const rowLosses = (losses ?? []).map((expected, row) =>
    beyond(sizeError(answer.losses[row] as number, expected), task.rounded?.losses),
  )
  const states = Object.entries(task.state ?? {}).map(([name, expected]) =>
    sizeError(answer.state[name] ?? Number.NaN, expected),
  )
  const forward = {
    logits:
      logits.length > 0 && answer.logits
        ? rowError(answer.logits, logits, logits.length / labels.length, 'largest', 1e-3)
        : 0,
    loss: Math.max(batchLoss, ...states),
    rows: Math.max(0, ...rowLosses),
  }
  const gradient = Float64Array.from(answer.classWeights)
  const gradW = task.toGradW ? task.toGradW(gradient) : gradient
  if (task.bound !== undefined) {
    const finite = [...(answer.embeddings as Float64Array), ...gradW].every(Number.isFinite)
    const first = Math.hypot(...Array.from(answer.embeddings).slice(0, vector.D))
    const fault = finite && first <= task.bound ? 0 : Number.POSITIVE_INFINITY
    return { ...forward, gradX: fault, gradW: fault }
  }
  const parameters = Object.entries(task.gradients ?? {}).map(([name, expected]) => {
    const found = answer.parameters[name] ?? []
    const error =
      typeof found === 'number'
        ? valueError(found, expected[0] as number, Math.abs(vector.loss) / 100)
        : rowError(found, expected, expected.length, 'length', share)
    return beyond(error, task.rounded?.parameters)
  })
  const expectedX = task.gradX ?? flatten(vector.grad_x ?? [])
  const expectedW = task.gradW ?? flatten(vector.grad_W ?? [])
  return {
    ...forward,
    gradX: rowError(answer.embeddings, expectedX, vector.D, 'length', share),
    gradW: Math.max(rowError(gradW, expectedW, vector.D, 'length', share), ...parameters),
  }
}

/** KappaFace's table is computed on the host, whatever the backend. The reference takes class sizes in float32. */
const compareWeights = (vector: VectorCase): Errors => {
  const { params, features = [], labels, kappa = [], weights = [] } = vector
  const values = flatten(features)
  const found = kappaWeights(values, labels, values.length / labels.length, weights.length, {
    temperature: Number(params['T']),
    gamma: Number(params['gamma']),
  })
  const worst = (a: Float64Array, b: readonly number[]): number =>
    Math.max(...b.map((expected, label) => valueError(a[label] ?? Number.NaN, expected)))
  return {
    ...none,
    logits: worst(found.kappa, kappa),
    loss: beyond(worst(found.weights, weights), 1e-7),
  }
}
