import {
  type Check,
  either,
  flag,
  number,
  oneOf,
  parameter,
  shape,
  table,
  text,
} from '../losses/shapes.js'

const definition = shape(
  {
    name: text,
    citation: text,
    parameters: table(parameter),
    positive: text,
    over: oneOf('pairs', 'positives', 'anchors', 'batch', 'triplets'),
  },
  {
    choices: table(table(text)),
    where: table(text),
    negative: text,
    term: text,
    keep: text,
    count: text,
    pairing: oneOf('all', 'unordered', 'firstOfClass'),
    symmetric: flag,
    needsBoth: flag,
  },
)

const loss = shape({
  definition,
  parameters: table(either('number', number, oneOf('perClass'))),
  choices: table(text),
})

/** Refuses a definition with fields that are unknown, missing or of another kind. */
export const checkPairDefinition = (data: unknown): void => definition(data, 'definition')

/**
 * Refuses data that has not the shape of a pair loss; formulas and ranges are checked when the loss is made.
 *
 * @throws ParameterError naming the place, e.g. `loss.definition.positive`.
 */
export const checkPairLossShape: (data: unknown) => void = (data) => (loss as Check)(data, 'loss')
