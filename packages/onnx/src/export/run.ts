import type { Loss } from '@arcmargin/core'
import type { Value } from '../graph/value.js'
import { backward, type Gradients, type WeightSink } from '../head/backward.js'
import { type BlockSource, ClassBlocks } from '../head/cosine.js'
import { accuracyOf, createScoring, forward } from '../head/forward.js'
import { prelude } from '../head/prelude.js'
import { createReducer } from '../head/reduce.js'
import { evaluateRows, type Step } from '../head/step.js'
import { zeros } from '../head/zeros.js'
import { withClasses } from './classes.js'
import { evaluateClasses, type HeadInputs, headInputs } from './inputs.js'
import type { LossExportOptions } from './options.js'

/** Stages 1 to 3: a head whose rows and targets are measured, before its classes are looked at. */
export interface PreparedHead extends HeadInputs {
  readonly source: BlockSource
  /** Blocks whose products are cosines. */
  readonly cosines: ClassBlocks
  readonly stateAfter: Readonly<Record<string, Value>>
}

/** Declares the inputs, measures the targets and moves the state on. */
export const prepareHead = (
  loss: Loss,
  given: LossExportOptions,
  gradientNames: readonly string[],
): PreparedHead => {
  const options = withClasses(given)
  const inputs = headInputs(loss, options, gradientNames)
  const { o, step, temperature, state, draws } = inputs
  const { training = true, matchDraws = true } = options
  const source = {
    shape: step.shape,
    classWeights: step.classWeights,
    tables: step.tables,
    labels: step.labels,
    counted: step.counted,
    left: step.embeddings.unit,
  }
  const cosines = new ClassBlocks(o, source, (products) => products)
  const stateAfter = prelude(step, cosines, temperature, { state, draws, matchDraws, training })
  return { ...inputs, source, cosines, stateAfter }
}

/** A head with its loss as outputs; gradients are taken by calling `gradients`. */
export interface BuiltHead extends HeadInputs {
  readonly blocks: ClassBlocks
  gradients(sink: ((blocks: ClassBlocks) => WeightSink) | undefined): Gradients
}

/** Stages 1 to 4 and their outputs: the loss, each row's loss, accuracy and the next state. */
export const buildHead = (
  loss: Loss,
  options: LossExportOptions,
  gradientNames: readonly string[],
): BuiltHead => {
  const { source, cosines, stateAfter, ...inputs } = prepareHead(loss, options, gradientNames)
  const { o, step, temperature } = inputs
  const { training = true, accuracy = false } = options
  const reducer = createReducer(step)
  const scoring = createScoring(step, reducer, source, cosines, temperature, {
    accuracy,
    gradientNames,
  })
  const { states, best } = forward(step, reducer, scoring, accuracy)
  o.builder.stage('reduce', 'Stage 4: the loss of each row and of the batch')
  const columnOf = (value: Value): Value => o.add(value, zeros(step))
  const reduced = reducer.finish(states, columnOf(evaluateRows(step, step.derived.target.value)))
  lossOutputs(step, reduced.losses, reduced.total)
  if (best)
    o.builder.output(
      'accuracy',
      accuracyOf(step, best),
      'Share of rows whose best class is their own',
    )
  if (training) {
    for (const [name, value] of Object.entries(stateAfter)) {
      o.builder.output(`state.${name}.next`, value, 'State of the loss after the step')
    }
  }
  return {
    ...inputs,
    blocks: scoring.blocks,
    gradients: (sink) => backward(step, scoring, reduced, gradientNames, sink?.(scoring.blocks)),
  }
}

const lossOutputs = (step: Step, losses: Value | undefined, total: Value | undefined): void => {
  const { o, derived, resolved, rowScale, counted } = step
  const sample = derived.sample
    ? o.where(counted, o.add(evaluateRows(step, derived.sample.value), zeros(step)), 0)
    : undefined
  const each = losses && o.where(counted, sample ? o.add(losses, sample) : losses, 0)
  const weighed = (values: Value): Value => o.total(o.mul(rowScale, values))
  const batch = total ?? (each ? weighed(each) : undefined)
  const withSample = total && sample ? o.add(total, weighed(sample)) : batch
  const formula = resolved.classRegularizer
  const classes = formula && evaluateClasses(step, formula)
  const mean =
    classes && (classes.shape.length === 0 ? classes : o.div(o.total(classes), step.classCount))
  const loss = mean && withSample ? o.add(withSample, mean) : withSample
  if (loss) o.builder.output('loss', loss, 'The reduced loss with its regularisers')
  if (each)
    o.builder.output('losses', o.reshape(each, [step.rows]), 'Loss of each row, 0 where ignored')
}
