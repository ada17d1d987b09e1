import type { Loss } from '@arcmargin/core'
import type { PairLoss } from '@arcmargin/core/pairs'
import { targetAngles } from '@arcmargin/metrics'
import { marginLoss } from '@arcmargin/wasm'
import { center, combinedLoss, pairLoss, updateCenters } from '@arcmargin/wasm/pairs'
import { type Experiment, isPairLoss } from './experiments.js'
import { embeddingLength as dimension } from './net/backbone.js'
import { type Parameter, uniformParameter } from './net/parameter.js'
import type { Random } from './random.js'

/** What a loss says of one batch. */
interface Verdict {
  readonly loss: number
  /** θ between each picture and its label's class weight, in radians; none without class weights. */
  readonly targetAngles: Float64Array
  /** [N · 64], of the loss by the embeddings. */
  readonly gradient: Float32Array
}

/** A loss with what is trained beside the network. */
export interface Objective {
  /** Class weights [classes · sub-centers · 64]; their gradient is filled by `judge`. Undefined: the loss has none. */
  readonly head: Parameter | undefined
  judge(embeddings: Float32Array, labels: Int32Array): Verdict
}

/** The loss of an experiment, ready to be trained. */
export const createObjective = (
  experiment: Experiment,
  classes: number,
  random: Random,
): Objective => {
  const { loss, centerWeight } = experiment
  if (isPairLoss(loss)) return ofPairs(loss)
  const head = startHead(experiment, classes, random)
  return centerWeight === undefined
    ? ofMargin(loss, experiment, head)
    : withCenters(loss, centerWeight, head, classes)
}

const ofPairs = (loss: PairLoss): Objective => ({
  head: undefined,
  judge: (embeddings, labels) => {
    const found = pairLoss(
      loss,
      { embeddings, labels, dimension },
      { gradients: { embeddings: true } },
    )
    const gradient = found.gradients.embeddings as Float32Array
    return { loss: found.loss, targetAngles: new Float64Array(), gradient }
  },
})

const ofMargin = (loss: Loss, { subCenters }: Experiment, head: Parameter): Objective => ({
  head,
  judge: (embeddings, labels) => {
    const gradient = new Float32Array(embeddings.length)
    const found = marginLoss(
      loss,
      { embeddings, classWeights: head.value, labels, dimension, subCenters },
      { gradients: { embeddings: gradient, classWeights: head.gradient } },
    )
    return { loss: found.loss, targetAngles: found.targetAngles, gradient }
  },
})

/** A margin loss plus a share of the center loss, whose centers start at 0 and move by the paper's own rule. */
const withCenters = (loss: Loss, weight: number, head: Parameter, classes: number): Objective => {
  const combined = { margin: { loss }, center: { loss: center(), weight } }
  let centers = new Float32Array(classes * dimension)
  return {
    head,
    judge: (embeddings, labels) => {
      const batch = { embeddings, labels, dimension }
      const others = { center: { embeddings: centers } }
      const found = combinedLoss(combined, { ...batch, classWeights: head.value, others })
      head.gradient.set(found.gradients.classWeights as Float32Array)
      centers = updateCenters({ ...batch, centers }) as typeof centers
      const gradient = found.gradients.embeddings as Float32Array
      return {
        loss: found.loss,
        targetAngles: targetAngles(embeddings, head.value, labels, { dimension }),
        gradient,
      }
    },
  }
}

const startHead = (
  { start, subCenters }: Experiment,
  classes: number,
  random: Random,
): Parameter => {
  const centers = classes * subCenters
  const variance = start === 'fanIn' ? 1 / dimension : 2 / (dimension + centers)
  // A uniform distribution over ±bound has the variance bound² / 3.
  return uniformParameter(centers * dimension, Math.sqrt(3 * variance), random)
}
