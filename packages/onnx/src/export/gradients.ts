import { type Loss, ParameterError } from '@arcmargin/core'
import { resolveLoss } from '@arcmargin/core/backend'
import type { Value } from '../graph/value.js'
import { gradientNames } from '../head/parameter-gradient.js'
import { type ExportedModel, finishModel } from './model.js'
import type { GradientsOptions } from './options.js'
import { buildHead } from './run.js'

/**
 * The loss and its gradients as an ONNX graph. Inputs and outputs of {@link exportLoss}, and the outputs `embeddings.gradient`
 * [N, D], `classWeights.gradient` in the class weights' shape and float32, `parameters.<name>.gradient` (scalar, [C] or [N]).
 *
 * A zero vector and a target at angle 0 or π get gradient 0: nothing is NaN.
 *
 * @throws ParameterError, ShapeError naming the option.
 */
export const exportGradients = (loss: Loss, options: GradientsOptions): ExportedModel => {
  const wanted = options.gradients ?? ['embeddings', ...(options.weights ? [] : ['classWeights'])]
  const wrong = wanted.find(
    (name) => name !== 'embeddings' && (name !== 'classWeights' || options.weights),
  )
  if (wrong !== undefined) {
    throw new ParameterError('cannot be computed', {
      argument: 'gradients',
      value: wrong,
      allowed: options.weights
        ? 'embeddings: the weights are in the file'
        : 'embeddings, classWeights',
    })
  }
  const names = gradientNames(loss, resolveLoss(loss), options.parameterGradients)
  const head = buildHead(loss, options, names)
  const { o, blocks } = head
  const { embeddings, written, parameters } = head.gradients(
    wanted.includes('classWeights')
      ? () => ({ inputs: [], write: (_, gradient) => [gradient] })
      : undefined,
  )
  if (wanted.includes('embeddings')) {
    o.builder.output('embeddings.gradient', embeddings, 'd loss / d embeddings')
  }
  if (wanted.includes('classWeights')) {
    const gradient = blocks.unstack(written[0] as Value)
    o.builder.output('classWeights.gradient', gradient, 'd loss / d classWeights')
  }
  for (const [name, value] of Object.entries(parameters)) {
    o.builder.output(`parameters.${name}.gradient`, value, `d loss / d ${name}`)
  }
  return finishModel(o.builder, loss, 'gradients', options, head.external)
}
