import type { PairLoss } from '@arcmargin/core/pairs'
import { type ExportedModel, finishModel, type Kind } from '../export/model.js'
import type { Value } from '../graph/value.js'
import { undoNormalization } from '../head/normalize.js'
import { type PairInputs, pairInputs, type Samples } from './inputs.js'
import type { PairExportOptions, PairGradientsOptions } from './options.js'
import { type DirectionGradients, type PairStream, streamPairs } from './stream.js'

interface Built {
  readonly inputs: PairInputs
  readonly streams: readonly PairStream[]
}

/** The loss as an output; the streams go on to gradients. */
const build = (loss: PairLoss, options: PairGradientsOptions, names: readonly string[]): Built => {
  const inputs = pairInputs(loss, options)
  const { o, samples, others, self } = inputs
  const both = loss.definition.symmetric && others !== undefined
  const share = both ? 0.5 : 1
  const streams = [streamPairs(inputs, 'anchors', samples, others, self, share, names)]
  if (both) streams.push(streamPairs(inputs, 'reversed', others, samples, undefined, share, names))
  const total = streams.map((stream) => stream.loss).reduce((sum, value) => o.add(sum, value))
  o.builder.output('loss', total, 'The loss of the batch, 0 where there is nothing to compare')
  return { inputs, streams }
}

const finish = (
  { o }: PairInputs,
  loss: PairLoss,
  kind: Kind,
  options: PairGradientsOptions,
): ExportedModel => finishModel(o.builder, loss, kind, options, undefined)

/**
 * A pair loss of a batch as an ONNX graph.
 *
 * Inputs: `embeddings` [N, D], `labels` [N] int32 (-1: ignored; several views of a sample are rows with one label), and as the loss
 * and options ask `others` [M, D], `others.labels` [M], `others.self` [N], `pairs.positives` [T, 2], `pairs.negatives` [U, 2],
 * `triplets` [T, 3], `parameters.<name>` (scalar or [C]). Output: `loss`.
 *
 * Anchors are streamed in blocks: no tensor of N·M values exists where N is larger than a block.
 *
 * @throws ParameterError naming the option.
 */
export const exportPairLoss = (loss: PairLoss, options: PairExportOptions): ExportedModel => {
  const { inputs } = build(loss, options, [])
  return finish(inputs, loss, 'pair-loss', options)
}

/**
 * A pair loss and its gradients as an ONNX graph. Inputs and output of {@link exportPairLoss}, and the outputs
 * `embeddings.gradient` [N, D], `others.gradient` [M, D] where there is a second set, `parameters.<name>.gradient`.
 *
 * @throws ParameterError naming the option.
 */
export const exportPairGradients = (
  loss: PairLoss,
  options: PairGradientsOptions,
): ExportedModel => {
  const specifications = loss.definition.parameters
  const learnable = Object.keys(specifications).filter((name) => specifications[name]?.learnable)
  const names = options.parameterGradients ?? learnable
  const { inputs, streams } = build(loss, options, names)
  const { o, samples, others, resolved, perClass } = inputs
  const found = streams.map((stream) => stream.gradients())
  o.builder.stage('gradients', 'Stage 5: back through the normalisation')
  const raw = ({ normalized }: Samples, parts: readonly Value[]): Value => {
    const sum = parts.reduce((all, part) => o.add(all, part))
    return resolved.unit ? undoNormalization(o, sum, normalized) : sum
  }
  const [forward, backward] = found as [DirectionGradients, DirectionGradients?]
  const ofOthers = [forward.others, ...(backward ? [backward.anchors] : [])]
  const ofSamples = [
    forward.anchors,
    ...(others ? (backward ? [backward.others] : []) : [forward.others]),
  ]
  o.builder.output('embeddings.gradient', raw(samples, ofSamples), 'd loss / d embeddings')
  if (others) o.builder.output('others.gradient', raw(others, ofOthers), 'd loss / d others')
  names.forEach((name, index) => {
    const sum = found
      .map(({ parameters }) => parameters[index] as Value)
      .reduce((all, part) => o.add(all, part))
    const value = perClass.includes(name) ? o.reshape(sum, ['classes']) : sum
    o.builder.output(`parameters.${name}.gradient`, value, `d loss / d ${name}`)
  })
  return finish(inputs, loss, 'pair-gradients', options)
}
