import type { Pairing, PairLossDefinition, TermScope } from '@arcmargin/core/pairs'
import { docstringOf } from '../losses/docstring.js'
import { formulaLatex, symbol } from '../losses/formulas.js'
import { parameterTable } from '../losses/parameters.js'
import { scoresSvg } from './curve.js'
import { pairExampleOf } from './example.js'
import { pairFaults } from './faults.js'
import type { DocumentedPairLoss } from './losses.js'

const scopes: Readonly<Record<TermScope, string>> = {
  pairs:
    'Each score is a term; those of positives and those of negatives are averaged apart, and the means added.',
  positives:
    'A term for each positive pair; $\\mathrm{positive}$ is its score and $\\mathrm{negatives} = \\log\\sum e^{\\varphi_-}$ over its anchor’s negatives.',
  anchors:
    'A term for each anchor; $\\mathrm{positives}$ and $\\mathrm{negatives}$ are $\\log\\sum e^{\\varphi}$ over its pairs, $\\mathrm{positiveSum}$ and $\\mathrm{negativeSum}$ the plain sums.',
  batch:
    'One term for the batch; $\\mathrm{positives}$ and $\\mathrm{negatives}$ are $\\log\\sum e^{\\varphi}$ over all pairs.',
  triplets:
    'A term for each triplet; $\\mathrm{positive}$ and $\\mathrm{negative}$ are the scores of its two pairs, $\\mathrm{swapped}$ that of the positive with the negative.',
}

const pairings: Readonly<Record<Pairing, string>> = {
  all: '',
  unordered: 'Each pair is taken once, whichever of the two is the anchor.',
  firstOfClass: 'Only the first two samples of each class are used: one anchor, one positive.',
}

const display = (left: string, formula: string): string => `$$${left} = ${formulaLatex(formula)}$$`

const formulas = (definition: PairLossDefinition): string[] => {
  const { positive, negative, where = {}, over, term, keep, count, pairing = 'all' } = definition
  const optional = (title: string, left: string, formula: string | undefined): string[] =>
    formula === undefined ? [] : [title, display(left, formula)]
  return [
    'The score of a pair with equal labels:',
    display('\\varphi_+', positive),
    ...optional('and of a pair with different labels:', '\\varphi_-', negative),
    scopes[over],
    ...optional('', '\\ell', term),
    ...(Object.keys(where).length > 0 ? ['with'] : []),
    ...Object.entries(where).map(([name, formula]) => display(symbol(name), formula)),
    ...optional('A triplet counts where this is above 0:', '\\mathrm{keep}', keep),
    ...optional('What a term adds to the divisor of the mean:', '\\mathrm{count}', count),
    pairings[pairing],
    definition.symmetric
      ? 'Also with the roles of the two sets exchanged; the loss is the mean of both.'
      : '',
    definition.needsBoth
      ? 'A batch without any positive or without any negative pair has loss 0.'
      : '',
  ].filter(Boolean)
}

const choicesOf = ({ choices = {} }: PairLossDefinition): string => {
  const rows = Object.entries(choices).flatMap(([option, formulas]) =>
    Object.entries(formulas).map(
      ([value, formula], index) =>
        `| \`${option}: '${value}'\`${index === 0 ? ' (default)' : ''} | $${formulaLatex(formula)}$ |`,
    ),
  )
  if (rows.length === 0) return ''
  return `## Choices\n\nA name in a formula that stands for one of these:\n\n| option | what it stands for |\n|---|---|\n${rows.join('\n')}\n`
}

const faultsOf = (name: string): string => {
  const known = pairFaults[name] ?? []
  if (known.length === 0) return ''
  return `## Known faults elsewhere\n\n${known.map((fault) => `* ${fault}`).join('\n')}\n`
}

/** The documentation page of one pair loss, made from its definition. */
export const pairLossPage = (loss: DocumentedPairLoss): string => {
  const { definition } = loss.factory
  return `# ${definition.name}

\`${loss.name}\` · ${definition.citation}

${docstringOf(loss.name)}

## Formula

Of two embeddings, $\\theta$ is the angle, $\\mathrm{chord} = 2\\sin(\\theta/2)$ the distance of the unit vectors, $\\mathrm{distance}$ and $\\mathrm{dot}$ are those of the raw ones.

${formulas(definition).join('\n\n')}

${scoresSvg(loss)}

Scores with the default options, for vectors of length 1.

## Parameters

${parameterTable(definition.parameters)}

${choicesOf(definition)}
No margin is added to an angle here, so nothing goes past π.

## How to call it
${pairExampleOf(loss)}
${faultsOf(loss.name)}`.replaceAll(/\n{3,}/g, '\n\n')
}
