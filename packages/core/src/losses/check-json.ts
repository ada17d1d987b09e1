import { either, flag, number, oneOf, parameter, shape, table, text } from './shapes.js'

const pastPi = ['none', 'linear', 'easy', 'plain', 'mirror'] as const
const gradient = oneOf('exact', 'straightThrough')

const definition = shape(
  {
    name: text,
    citation: text,
    parameters: table(parameter),
    target: either(
      'string',
      text,
      shape({}, Object.fromEntries(pastPi.map((name) => [name, text]))),
    ),
    other: text,
  },
  {
    where: table(text),
    row: table(text),
    negatives: table(shape({ reduce: oneOf('sum', 'mean'), of: text }, { where: text })),
    batch: table(shape({ reduce: oneOf('mean', 'std', 'lowerMedian'), of: text })),
    state: table(shape({ initial: text, next: text })),
    draws: table(shape({ mean: text, std: text }, { rankMatched: flag })),
    pastPi: oneOf(...pastPi),
    straightThrough: shape({ target: text, other: text }),
    gradient,
    reduction: either(
      'string',
      oneOf('softmax', 'softmaxOthers', 'classwise'),
      shape({ positive: text, negative: text }),
    ),
    pooling: shape({ temperature: text }),
    regularizer: shape({}, { sample: text, class: text }),
  },
)

const loss = shape(
  {
    definition,
    parameters: table(either('number', number, oneOf('perClass', 'perSample'))),
    gradient,
  },
  { pastPi: oneOf(...pastPi) },
)

/** Refuses a definition with fields that are unknown, missing or of another kind. */
export const checkDefinition = (data: unknown): void => definition(data, 'definition')

/**
 * Refuses data that has not the shape of a loss, whoever wrote it; formulas and ranges are checked when the loss is made.
 *
 * @throws ParameterError naming the place, e.g. `loss.definition.target`.
 */
export const checkLossShape = (data: unknown): void => loss(data, 'loss')
