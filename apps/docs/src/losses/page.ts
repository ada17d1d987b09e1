import type { LossDefinition } from '@arcmargin/core'
import { curveNote, curveSvg } from './curve.js'
import { docstringOf } from './docstring.js'
import { exampleOf } from './example.js'
import { faults } from './faults.js'
import { formulaLatex, symbol } from './formulas.js'
import type { DocumentedLoss } from './losses.js'
import { parameterTable } from './parameters.js'
import { pastPiSection } from './past-pi.js'

const display = (left: string, formula: string): string => `$$${left} = ${formulaLatex(formula)}$$`

/** Values and statistics that a definition computes beside its logits, as displayed formulas with a word before each. */
const parts = (definition: LossDefinition): string[] => {
  const { where, row, negatives, batch, state, draws, reduction, pooling, regularizer } = definition
  const list = (title: string, formulas: readonly string[]): string[] =>
    formulas.length > 0 ? [title, ...formulas] : []
  const named = (values: Readonly<Record<string, string>> = {}): string[] =>
    Object.entries(values).map(([name, formula]) => display(symbol(name), formula))
  return [
    ...list('with', named(where)),
    ...list('where, of each sample,', named(row)),
    ...list(
      'with, over the other classes and without gradient,',
      Object.entries(negatives ?? {}).map(
        ([name, one]) =>
          `$$${symbol(name)} = \\operatorname{${one.reduce}}_j \\left(${formulaLatex(one.of)}\\right)$$${one.where ? `\n\nover those with \`${one.where}\`` : ''}`,
      ),
    ),
    ...list(
      'with, over the batch and without gradient,',
      Object.entries(batch ?? {}).map(
        ([name, one]) =>
          `$$${symbol(name)} = \\operatorname{${one.reduce}} \\left(${formulaLatex(one.of)}\\right)$$`,
      ),
    ),
    ...list(
      'State, moved on before the logits of a training step:',
      Object.entries(state ?? {}).map(
        ([name, one]) =>
          `$$${symbol(name)}_0 = ${formulaLatex(one.initial)}, \\qquad ${symbol(name)} \\leftarrow ${formulaLatex(one.next)}$$`,
      ),
    ),
    ...list(
      'Drawn anew for each sample:',
      Object.entries(draws ?? {}).map(
        ([name, one]) =>
          `$$${symbol(name)} \\sim \\mathcal N\\left(${formulaLatex(one.mean)}, ${formulaLatex(one.std)}^2\\right)$$${one.rankMatched ? '\n\nthe largest draw to the sample with the smallest target cosine, the next to the next' : ''}`,
      ),
    ),
    ...list(
      'Added to the loss:',
      [
        regularizer?.sample === undefined
          ? ''
          : `$$\\frac1N \\sum_i \\left(${formulaLatex(regularizer.sample)}\\right)$$`,
        regularizer?.class === undefined
          ? ''
          : `$$\\frac1C \\sum_j \\left(${formulaLatex(regularizer.class)}\\right)$$`,
      ].filter(Boolean),
    ),
    ...(pooling
      ? [
          `Sub-centers are pooled by softmax weights at temperature $${formulaLatex(pooling.temperature)}$.`,
        ]
      : []),
    reductionOf(reduction),
  ]
}

const reductionOf = (reduction: LossDefinition['reduction']): string => {
  if (typeof reduction === 'object')
    return `Every logit $z$ has a loss of its own:\n\n$$\\text{target: } ${formulaLatex(reduction.positive)}, \\qquad \\text{other: } ${formulaLatex(reduction.negative)}$$`
  if (reduction === 'softmaxOthers')
    return 'The loss is cross-entropy whose denominator leaves the target out, so it can be negative.'
  if (reduction === 'classwise')
    return 'The loss sums along the batch for each class, log(1 + Σ e^z), as Proxy-Anchor does.'
  return 'The loss is softmax cross-entropy of these logits, the mean over the samples.'
}

const normWords = ({ target, other, where = {}, row = {} }: LossDefinition): string => {
  const text = [
    ...(typeof target === 'string' ? [target] : Object.values(target)),
    other,
    ...Object.values(where),
    ...Object.values(row),
  ].join(' ')
  const kept = [
    text.includes('featureNorm') ? 'the embedding’s' : '',
    text.includes('weightNorm') ? 'the class weight’s' : '',
  ].filter(Boolean)
  return kept.length === 0
    ? 'Embeddings and class weights are normalised; their lengths change nothing.'
    : `The formulas use ${kept.join(' and ')} norm; what they do not use is normalised.`
}

const targetOf = ({ target, pastPi }: LossDefinition): string =>
  typeof target === 'string' ? target : (target[pastPi ?? 'none'] ?? '')

const straightThrough = ({ straightThrough: one }: LossDefinition): string =>
  one
    ? `\n\`gradient: 'straightThrough'\` trains as the reference code does: the logits above forward, and backward d logit / d cosθ taken as $${formulaLatex(one.target)}$ for the target and $${formulaLatex(one.other)}$ for the others. \`exact\`, the default, is the derivative of the printed loss.\n`
    : ''

const faultSection = (name: string): string => {
  const known = faults[name] ?? []
  if (known.length === 0) return ''
  return `## Known faults elsewhere

Seen when the other code was run; see [numerics](../guides/numerics.md) for what is done about them here.

${known.map((fault) => `* ${fault}`).join('\n')}
`
}

/** The documentation page of one loss, made from its definition. */
export const lossPage = (loss: DocumentedLoss): string => {
  const { definition } = loss.factory
  const example = exampleOf(loss)
  return `# ${definition.name}

\`${loss.name}\` · ${definition.citation}

${docstringOf(loss.name)}

## Formula

The target logit, of the angle θ between an embedding and its own class weight, and the logit of every other class:

${display('T', targetOf(definition))}

${display('N', definition.other)}

${parts(definition).join('\n\n')}

${normWords(definition)}
${straightThrough(definition)}
${curveSvg(loss)}

${curveNote(loss)}

## Parameters

${parameterTable(definition.parameters)}
${Object.keys(definition.parameters).length > 0 ? "\nAny of them may be `'perClass'` or `'perSample'` and is then given as a table.\n" : ''}
${pastPiSection(loss)}
## How to call it
${example}
${faultSection(loss.name)}`.replaceAll(/\n{3,}/g, '\n\n')
}
