import { kappaWeights } from '@arcmargin/core'
import type { Answer, Backend, Tolerance } from './backend.js'
import { rowError, valueError } from './compare.js'
import { beyond, type Errors, none, worse } from './errors.js'
import { mappings } from './mappings/all.js'
import { pairMappings } from './mappings/pairs.js'
import type { Task } from './mappings/task.js'
import { runPairCase } from './pair-suite.js'
import { flatten, type VectorCase, type VectorFile } from './schema.js'

/** The line of one loss. */
export type Outcome =
  | { readonly loss: string; readonly skipped: string }
  | {
      readonly loss: string
      readonly cases: number
      readonly errors: Errors
      readonly passed: boolean
      /** What failed first, in words. */
      readonly failure?: string
    }

/** Files whose reference has few digits: it goes through acos and sqrt(1 - cos²) at θ = 1e-4. */
const nearSingular: ReadonlySet<string> = new Set(['arcface_near_singular'])

/** Runs every case of a file. */
export const runFile = async (backend: Backend, file: VectorFile): Promise<Outcome> => {
  const { loss } = file
  const isPair = Object.hasOwn(pairMappings, loss)
  const noEngine = backend.skipsPairs ?? 'this backend has no pair engine'
  const skipped = backend.skips?.[loss] ?? (isPair && !backend.runPairs ? noEngine : undefined)
  if (skipped !== undefined) return { loss, skipped }
  const tolerance = nearSingular.has(loss) ? backend.nearSingular : backend.tolerance
  let errors = none
  let failure: string | undefined
  for (const vector of file.cases) {
    try {
      const found = await (isPair ? runPairCase : runCase)(backend, loss, vector)
      errors = worse(errors, found)
      if (!within(found, tolerance)) failure ??= `${vector.name} exceeds the tolerance`
    } catch (error) {
      failure ??= `${vector.name}: ${error instanceof Error ? error.message : String(error)}`
    }
  }
  const { length: cases } = file.cases
  return failure === undefined
    ? { loss, cases, errors, passed: true }
    : { loss, cases, errors, passed: false, failure }
}

const within = (errors: Errors, { logits, loss, rows = loss, gradients }: Tolerance): boolean =>
  errors.logits <= logits &&
  errors.loss <= loss &&
  errors.rows <= rows &&
  errors.gradX <= gradients &&
  errors.gradW <= gradients

const runCase = async (backend: Backend, loss: string, vector: VectorCase): Promise<Errors> => {
  if (loss === 'kappaface_weights') return compareWeights(vector)
  const tasks = mappings[loss]?.(vector)
  if (!tasks) throw new Error('this loss is not known here')
  const share = nearSingular.has(loss) ? 1 : 1e-3
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
    errors = worse(errors, compare(vector, task, answer, share))
  }
  return errors
}

const compare = (vector: VectorCase, task: Task, answer: Answer, share: number): Errors => {
  const { logits, loss_per_sample: losses } = vector
  const columns = logits ? flatten(logits).length / vector.labels.length : 1
  const batchLoss = valueError(answer.loss, task.batchLoss ?? vector.loss)
  // Single rows may be easy, so that the reference has few digits of their loss: what is below 1 is compared absolutely.
  const rowLosses = (losses ?? []).map((expected, row) => {
    const difference = Math.abs((answer.losses[row] as number) - expected)
    return beyond(difference / Math.max(1, Math.abs(expected)), task.rounded?.losses)
  })
  const states = Object.entries(task.state ?? {}).map(([name, expected]) =>
    valueError(answer.state[name] ?? Number.NaN, expected),
  )
  const forward = {
    logits:
      logits && answer.logits
        ? rowError(answer.logits, flatten(logits), columns, 'largest', share)
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
    const values = typeof found === 'number' ? [found] : found
    const error = rowError(values, expected, expected.length, 'length', share)
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
