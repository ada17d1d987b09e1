/**
 * A second implementation of the head, as plain as can be: every logit on its own, angles by acos, no blocks, no gradients. What
 * carries no gradient (stopGradient, statistics of the negatives) is remembered from the first call and held constant in later
 * ones with the same memory, so that central differences of this function are what the head calls the gradient.
 */

import { resolveLoss } from '../../src/backend.js'
import { arithmetic } from '../../src/expression/evaluate.js'
import type { Expression } from '../../src/expression/node.js'
import type { FloatArray, HeadOptions } from '../../src/head/index.js'
import type { Problem } from './problem.js'

/** Values without gradient, by the formula and the place where it was evaluated. */
export type Memory = Map<unknown, Map<string, number>>

type Values = Readonly<Record<string, number>>

/** What the dense head computes. */
export interface DenseResult {
  readonly loss: number
  readonly losses: readonly number[]
  /** [N][C]; ignored rows hold no margin. */
  readonly logits: readonly (readonly number[])[]
}

const remember = (memory: Memory, key: unknown, place: string, compute: () => number): number => {
  const places = memory.get(key) ?? new Map<string, number>()
  memory.set(key, places)
  const value = places.get(place) ?? compute()
  places.set(place, value)
  return value
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, d) => sum + value * (b[d] as number), 0)

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

/** log Σ e^v. */
const logSumExp = (values: readonly number[]): number => {
  const largest = Math.max(...values)
  return largest + Math.log(sum(values.map((value) => Math.exp(value - largest))))
}

/** The loss of a problem under the head's options. */
export const denseHead = (
  { loss, batch, classes, parameters, state }: Problem,
  { sampleWeights, reduction: reduce = 'mean' }: HeadOptions = {},
  memory: Memory = new Map(),
): DenseResult => {
  const { embeddings, classWeights, labels, dimension, subCenters } = batch
  const resolved = resolveLoss(loss)
  const vector = (values: FloatArray, index: number): FloatArray =>
    values.subarray(index * dimension, (index + 1) * dimension)

  const evaluate = (formula: Expression, values: Values, place: string): number => {
    if (formula.type === 'number') return formula.value
    if (formula.type === 'input') {
      const value = values[formula.name]
      if (value === undefined) throw new Error(`no value for ${formula.name}`)
      return value
    }
    const [a, b, c] = formula.operands as [Expression, Expression, Expression]
    const at = (node: Expression): number => evaluate(node, values, place)
    if (formula.operation === 'select') return at(a) ? at(b) : at(c)
    if (formula.operation === 'stopGradient') return remember(memory, formula, place, () => at(a))
    const [u, v, w] = formula.operands.map(at) as [number, number, number]
    return arithmetic[formula.operation](u, v, w)
  }

  const parametersAt = (row: number, label: number): Values =>
    Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => {
        if (typeof value === 'number') return [name, value]
        return [name, value[loss.parameters[name] === 'perClass' ? label : row] as number]
      }),
    )

  /** The inputs of a row against a class. */
  const inputsAt = (row: number, label: number): Values => {
    const x = vector(embeddings, row)
    const featureNorm = Math.sqrt(dot(x, x))
    const centers = Array.from({ length: subCenters }, (_, k) =>
      vector(classWeights, label * subCenters + k),
    )
    const cosines = centers.map((w) => dot(x, w) / (featureNorm * Math.sqrt(dot(w, w))))
    const best = cosines.indexOf(Math.max(...cosines))
    let cosTheta = cosines[best] as number
    const parametersHere = { ...parametersAt(row, label), classes, ...state }
    if (resolved.poolingTemperature) {
      const temperature = evaluate(resolved.poolingTemperature, parametersHere, '')
      const total = logSumExp(cosines.map((cosine) => cosine / temperature))
      cosTheta = sum(cosines.map((cosine) => cosine * Math.exp(cosine / temperature - total)))
    }
    const w = centers[best] as FloatArray
    return {
      ...parametersHere,
      theta: Math.acos(cosTheta),
      cosTheta,
      sinTheta: Math.sqrt(1 - cosTheta * cosTheta),
      featureNorm,
      weightNorm: Math.sqrt(dot(w, w)),
    }
  }

  const everyClass = Array.from({ length: classes }, (_, label) => label)
  const evaluateRow = (row: number, label: number) => {
    const target: Record<string, number> = { ...inputsAt(row, label) }
    for (const [name, { mean }] of Object.entries(resolved.draws)) {
      target[name] = evaluate(mean, target, `${row}`)
    }
    const rowValues = (): Values =>
      Object.fromEntries(
        Object.entries(resolved.row).flatMap(([name, formula]) => {
          try {
            return [[name, evaluate(formula, target, `${row}`)]]
          } catch {
            // It needs statistics that are still to be taken.
            return []
          }
        }),
      )
    const others = everyClass
      .filter((other) => other !== label)
      .map((other) => ({ place: `${row},${other}`, inputs: inputsAt(row, other) }))
    const othersWith = (formula: Expression): number[] => {
      const known = { ...target, ...rowValues() }
      return others.map(({ place, inputs }) => evaluate(formula, { ...known, ...inputs }, place))
    }
    const statistics = Object.entries(resolved.negatives).map(([name, { reduce, of, counts }]) => {
      const compute = (): number => {
        const divisor = reduce === 'sum' ? 1 : Math.max(1, sum(othersWith(counts)))
        return sum(othersWith(of)) / divisor
      }
      return [name, remember(memory, of, `${row}`, compute)] as const
    })
    Object.assign(target, Object.fromEntries(statistics))
    const logits = othersWith(resolved.other)
    const own = evaluate(resolved.target, target, `${row}`)
    const added = resolved.sampleRegularizer
      ? evaluate(resolved.sampleRegularizer, target, `${row}`)
      : 0
    return { own, logits, added, at: target }
  }

  const rows = labels.flatMap((label, row) => (label < 0 ? [] : [{ row, label }]))
  const done = rows.map(({ row, label }) => ({ row, label, ...evaluateRow(row, label) }))
  const { reduction } = resolved
  const lossOf = ({ row, label, own, logits, added, at }: (typeof done)[number]): number => {
    if (logits.length === 0 && typeof reduction !== 'object') return added
    if (reduction === 'softmax') return logSumExp([own, ...logits]) - own + added
    if (reduction === 'softmaxOthers') return logSumExp(logits) - own + added
    if (reduction === 'classwise') return added
    const others = everyClass.filter((other) => other !== label)
    const negatives = logits.map((logit, index) => {
      const values = { ...parametersAt(row, others[index] as number), classes, ...state, logit }
      return evaluate(reduction.negative, values, '')
    })
    return evaluate(reduction.positive, { ...at, logit: own }, '') + sum(negatives) + added
  }
  const losses = done.map(lossOf)
  const weights = done.map(({ row }) => sampleWeights?.[row] ?? 1)
  const total = sum(losses.map((value, index) => value * (weights[index] as number)))
  let value = reduce === 'mean' ? total / sum(weights) : total
  if (reduction === 'classwise') {
    const along = (logits: number[]): number => logSumExp([0, ...logits])
    const attract = everyClass.flatMap((label) => {
      const own = done.filter((one) => one.label === label).map((one) => one.own)
      return own.length === 0 ? [] : [along(own)]
    })
    const repel = everyClass.map((label) =>
      along(
        done
          .filter((one) => one.label !== label)
          .map((one) => one.logits[label - Number(label > one.label)] as number),
      ),
    )
    value = sum(attract) / attract.length + sum(repel) / classes
  }
  const { classRegularizer } = resolved
  if (classRegularizer) {
    const terms = everyClass.map((label) =>
      evaluate(classRegularizer, { ...parametersAt(0, label), classes, ...state }, ''),
    )
    value += sum(terms) / classes
  }
  const logits = labels.map((label, row) => {
    const found = done.find((one) => one.row === row)
    return found ? [...found.logits.slice(0, label), found.own, ...found.logits.slice(label)] : []
  })
  return {
    loss: value,
    losses: labels.map((_, row) => losses[done.findIndex((one) => one.row === row)] ?? 0),
    logits,
  }
}
