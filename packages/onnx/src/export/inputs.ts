import { type Loss, ParameterError } from '@arcmargin/core'
import { deriveLoss, resolveLoss } from '@arcmargin/core/backend'
import { emit } from '../emit/emit.js'
import { GraphBuilder } from '../graph/builder.js'
import { Ops } from '../graph/ops.js'
import type { Dim, Value } from '../graph/value.js'
import { normalizeEmbeddings } from '../head/normalize.js'
import { poolingTemperature } from '../head/prelude.js'
import { headShape } from '../head/shape.js'
import { binder, type Step } from '../head/step.js'
import { measureTargets } from '../head/target.js'
import type { LossExportOptions } from './options.js'
import { type ExternalData, weightInput } from './weights.js'

/** A step with the inputs that the loss brings along. */
export interface HeadInputs {
  readonly o: Ops
  readonly step: Step
  readonly temperature: Value | undefined
  /** Inputs by name: scalars, [C] or [N]. */
  readonly parameters: Readonly<Record<string, Value>>
  readonly state: Readonly<Record<string, Value>>
  readonly draws: Readonly<Record<string, Value>>
  readonly external: ExternalData | undefined
}

const refuse = (argument: string, problem: string, value: unknown, allowed: string): never => {
  throw new ParameterError(problem, { argument, value, allowed })
}

const lossOptions = (loss: Loss, options: LossExportOptions): void => {
  const { reduction = 'mean', sampleWeights, inputs = [] } = options
  if (!['mean', 'sum'].includes(reduction))
    refuse('reduction', 'is unknown', reduction, 'mean, sum')
  if (resolveLoss(loss).reduction === 'classwise' && (sampleWeights || reduction !== 'mean')) {
    refuse(
      sampleWeights ? 'sampleWeights' : 'reduction',
      'does not apply to a loss that is one value for the batch',
      undefined,
      "no sampleWeights and reduction 'mean'",
    )
  }
  const known = Object.keys(loss.definition.parameters)
  const wrong = inputs.find((name) => !known.includes(name))
  if (wrong !== undefined) {
    refuse(`inputs: ${wrong}`, 'is not a parameter', undefined, known.join(', ') || 'none')
  }
}

/** Declares the inputs of a graph and measures its targets: stages 1 and 2 for the rows. */
export const headInputs = (
  loss: Loss,
  options: LossExportOptions,
  gradientNames: readonly string[],
): HeadInputs => {
  lossOptions(loss, options)
  const { training = true, reduction = 'mean' } = options
  const shape = headShape(options)
  const [resolved, derived] = [resolveLoss(loss), deriveLoss(loss)]
  const builder = new GraphBuilder()
  const o = new Ops(builder)
  const rows: Dim = 'batch'
  const scalar = (name: string, about: string): Value => builder.input(name, 'float', [], about)
  builder.stage('inputs', 'What the head is given')
  const raw = builder.input(
    'embeddings',
    'float',
    [rows, shape.dimension],
    'Embeddings [N, D], of any length',
  )
  const given = builder.input('labels', 'int32', [rows], 'Class of each row; -1 leaves the row out')
  const { value: classWeights, external } = weightInput(o, shape, options)
  const weights = options.sampleWeights
    ? builder.input('sampleWeights', 'float', [rows], 'Share of each row in the loss, 0 or more')
    : undefined

  const parameters: Record<string, Value> = {}
  const tables: Record<string, Value> = {}
  const numbers: Record<string, number> = {}
  const environment: Record<string, Value> = {}
  for (const [name, { unit, learnable }] of Object.entries(loss.definition.parameters)) {
    const value = loss.parameters[name]
    const about = `Parameter of ${loss.definition.name}${unit ? `, ${unit}` : ''}`
    const label = `parameters.${name}`
    if (value === 'perClass') {
      tables[name] = parameters[name] = builder.input(
        label,
        'float',
        [shape.classes],
        `${about}, for each class`,
      )
    } else if (value === 'perSample') {
      parameters[name] = builder.input(label, 'float', [rows], `${about}, for each row`)
      environment[name] = o.reshape(parameters[name], [rows, 1])
    } else if (learnable || options.inputs?.includes(name) || gradientNames.includes(name)) {
      environment[name] = parameters[name] = scalar(label, about)
    } else if (value !== undefined) numbers[name] = value
  }
  const draws = training
    ? Object.fromEntries(
        Object.keys(resolved.draws).map((name) => [
          name,
          builder.input(`draws.${name}`, 'float', [rows], 'A number drawn for each row'),
        ]),
      )
    : {}
  const state = Object.fromEntries(
    Object.keys(resolved.state).map((name) => [name, scalar(`state.${name}`, 'State of the loss')]),
  )
  const open = Object.entries(resolved.defaults).filter(
    ([name]) => !parameters[name] && numbers[name] === undefined,
  )
  if (typeof shape.classes === 'number') numbers['classes'] = shape.classes
  const bind = binder(numbers, Object.fromEntries(open))
  const classCount = o.cast(o.reshape(o.lengthOf(classWeights, 0), []), 'float')
  environment['classes'] = classCount

  builder.stage('normalize', 'Stage 1: embeddings as directions and lengths')
  const embeddings = normalizeEmbeddings(o, raw)
  const labels = o.reshape(given, [rows, 1])
  const counted = o.compare('ge', labels, 0)
  const own = o.max(labels, 0)
  const countedNumber = o.cast(counted, 'float')
  builder.stage('target', 'Stage 2 for the targets: cosine, sine and angle from the tangent vector')
  const temperature = poolingTemperature({ o, resolved, bind }, { ...environment, ...state })
  const flat = o.reshape(own, [rows])
  const gathered = o.cast(o.gather(classWeights, flat), 'float')
  const ownWeights = o.reshape(gathered, [rows, shape.subCenters, shape.dimension])
  const targets = measureTargets(o, embeddings, ownWeights, counted, temperature)
  Object.assign(environment, {
    theta: targets.angles,
    cosTheta: targets.cosines,
    sinTheta: targets.sines,
    featureNorm: embeddings.norms,
    weightNorm: targets.norms,
  })
  for (const [name, table] of Object.entries(tables)) {
    environment[name] = o.reshape(o.gather(table, flat), [rows, 1])
  }
  const share = weights ? o.where(counted, o.reshape(weights, [rows, 1]), 0) : countedNumber
  const mean = resolved.reduction !== 'classwise' && reduction === 'mean'
  const total = o.total(share)
  const rowScale = mean ? o.div(share, o.where(o.equal(total, 0), 1, total)) : share
  const step: Step = {
    o,
    loss,
    resolved,
    derived,
    shape,
    rows,
    embeddings,
    labels: own,
    counted,
    countedNumber,
    classCount,
    classWeights,
    tables,
    targets,
    environment,
    rowScale,
    bind,
  }
  return { o, step, temperature, parameters, state, draws, external }
}

/** A formula over the classes: [C], or a scalar where nothing in it differs. */
export const evaluateClasses = (step: Step, formula: Parameters<Step['bind']>[0]): Value =>
  emit(step.o, step.bind(formula), { ...step.environment, ...step.tables })
