import type { Settings } from './settings.js'

/** The program that makes a visitor's margin a loss. */
export const definitionOf = ({ own, m1, m2, m3, scale }: Settings): string => {
  const all = { m1, m2, m3, scale }
  const used = Object.entries(all).filter(
    ([name]) => name === 'scale' || new RegExp(`\\b${name}\\b`).test(own),
  )
  const parameters = used.map(([name, value]) => `    ${name}: { default: ${value} },`)
  return [
    "import { defineLoss } from '@arcmargin/core'",
    "import { marginLoss } from '@arcmargin/core/head'",
    '',
    'const ownMargin = defineLoss({',
    "  name: 'Own margin',",
    "  citation: 'an experiment',",
    '  parameters: {',
    ...parameters,
    '  },',
    `  target: ${JSON.stringify(`scale * (${own})`)},`,
    "  other: 'scale * cosTheta',",
    '})',
    '',
    '// embeddings [N · dimension], classWeights [C · dimension], labels [N]',
    'export const step = (embeddings, classWeights, labels, dimension) =>',
    '  marginLoss(ownMargin(), { embeddings, classWeights, labels, dimension }, { gradients: true })',
  ].join('\n')
}
