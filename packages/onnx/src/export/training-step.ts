import { type Loss, ParameterError } from '@arcmargin/core'
import { resolveLoss } from '@arcmargin/core/backend'
import type { Value } from '../graph/value.js'
import { gradientNames } from '../head/parameter-gradient.js'
import { type ExportedModel, finishModel } from './model.js'
import { countsSteps, updateRule } from './optimizer.js'
import type { TrainingStepOptions } from './options.js'
import { buildHead } from './run.js'

/**
 * A whole training step of the head as an ONNX graph that any runtime runs: loss, the gradient for the backbone, and the trained
 * tensors after the step. Class weights are updated block by block, so that their gradient never exists as a whole.
 *
 * Inputs and outputs of {@link exportLoss}, `embeddings.gradient`, and: inputs `learningRate`, `optimizer.step` (steps done, for
 * Adam), `optimizer.<slot>` in the class weights' shape and `optimizer.<slot>.<parameter>`, with slots `momentum`, or
 * `firstMoment` and `secondMoment`; all start at 0. Outputs `classWeights.next`, `parameters.<name>.next`, `optimizer.….next`:
 * what the inputs without `.next` are in the next step. Learnable parameters are trained by the same rule without weight decay
 * and kept in their ranges.
 *
 * @throws ParameterError, ShapeError naming the option.
 */
export const exportTrainingStep = (loss: Loss, options: TrainingStepOptions): ExportedModel => {
  if ('weights' in options) {
    throw new ParameterError('cannot be trained in the file', {
      argument: 'weights',
      allowed: 'class weights as an input of the graph',
    })
  }
  const names = gradientNames(loss, resolveLoss(loss), options.parameterGradients)
  const head = buildHead(loss, { ...options, training: true }, names)
  const { o, step, parameters, blocks } = head
  const { builder } = o
  const { optimizer } = options
  const rate = builder.input('learningRate', 'float', [], 'Learning rate of this step')
  const counter = countsSteps(optimizer)
    ? builder.input('optimizer.step', 'float', [], 'Steps that the optimiser has done')
    : undefined
  const count = counter ? o.add(counter, 1) : o.value(1)
  const rule = updateRule(o, optimizer, rate, count)
  const slotsOf = (like: Value, suffix: string): readonly Value[] =>
    rule.slots.map((slot) =>
      builder.input(`optimizer.${slot}${suffix}`, 'float', like.shape, 'Kept by the optimiser'),
    )
  const slots = slotsOf(step.classWeights, '')
  const gradients = head.gradients(() => ({
    inputs: slots.map((slot) => blocks.stack(slot)),
    write: (weights, gradient, kept) => {
      const next = rule.update(weights, gradient, kept, true)
      return [o.cast(next.value, step.classWeights.type), ...next.slots]
    },
  }))
  builder.output('embeddings.gradient', gradients.embeddings, 'd loss / d embeddings')
  const [weights, ...kept] = gradients.written.map((stack) => blocks.unstack(stack))
  builder.output('classWeights.next', weights as Value, 'Class weights after the step')
  rule.slots.forEach((slot, index) => {
    builder.output(`optimizer.${slot}.next`, kept[index] as Value, 'For the next step')
  })
  if (counter) builder.output('optimizer.step.next', count, 'For the next step')
  builder.stage('parameters', 'The learnable parameters after the step')
  for (const [name, gradient] of Object.entries(gradients.parameters)) {
    const value = parameters[name] as Value
    const own = slotsOf(value, `.${name}`)
    const next = rule.update(value, gradient, own, false)
    const { minimum = -3.4e38, maximum = 3.4e38 } = loss.definition.parameters[name] ?? {}
    const inRange = o.min(o.max(next.value, minimum), maximum)
    builder.output(`parameters.${name}.next`, inRange, `${name} after the step`)
    rule.slots.forEach((slot, index) => {
      builder.output(
        `optimizer.${slot}.${name}.next`,
        next.slots[index] as Value,
        'For the next step',
      )
    })
  }
  return finishModel(builder, loss, 'training-step', options, head.external)
}
