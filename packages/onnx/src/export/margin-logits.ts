import type { Loss } from '@arcmargin/core'
import type { Dim } from '../graph/value.js'
import { logitsOf } from '../head/logits.js'
import { type ExportedModel, finishModel } from './model.js'
import type { MarginLogitsOptions } from './options.js'
import { prepareHead } from './run.js'

/**
 * The logits [N, C] that a loss is taken of: with the margin at each row's own class. To look at, and for tests: it is the one
 * graph beside {@link exportLogits} that holds a number for each row and class.
 *
 * Inputs as {@link exportLoss}. Output `logits`; rows that are left out have no margin anywhere.
 *
 * @throws ParameterError, ShapeError naming the option.
 */
export const exportMarginLogits = (loss: Loss, options: MarginLogitsOptions): ExportedModel => {
  const head = prepareHead(loss, { ...options, keepLogits: false }, [])
  const { o, step, external } = head
  const { classes, padded, block, blocks } = step.shape
  o.builder.stage('logits', 'Stage 3: the logits of all classes, block by block')
  const stack = logitsOf(step, head.cosines, head.temperature)
  const whole: Dim = typeof blocks === 'number' ? blocks * block : 'filled'
  const wide = o.reshape(o.transpose(stack, [1, 0, 2]), [step.rows, padded ? whole : classes])
  const logits = padded ? o.head(wide, classes, o.lengthOf(step.classWeights, 0), 1) : wide
  o.builder.output('logits', logits, 'Logits with the margin at the own class')
  return finishModel(o.builder, loss, 'margin-logits', options, external)
}
