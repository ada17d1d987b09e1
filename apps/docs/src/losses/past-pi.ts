import type { LossDefinition, PastPi } from '@arcmargin/core'
import { targetCurves } from './curve.js'
import { formulaLatex } from './formulas.js'
import type { DocumentedLoss } from './losses.js'

const treatments: Readonly<Record<PastPi, string>> = {
  none: 'The formula as it stands: beyond π the logit rises again.',
  linear: 'The paper’s continuation; the logit jumps down where the angle passes π.',
  easy: 'Margin only while cosθ > 0; the logit jumps up at 90°.',
  plain: 'A cosine without the angular margin; may jump up.',
  mirror: 'The curve mirrored at its lowest point: continuous and monotone.',
}

const guide = '[Past π explained](../guides/past-pi.md)'

const choice = (target: Readonly<Partial<Record<PastPi, string>>>, pastPi?: PastPi): string => {
  const rows = (Object.entries(target) as [PastPi, string][]).map(
    ([name, formula]) =>
      `| \`${name}\`${name === pastPi ? ' (default)' : ''} | $${formulaLatex(formula)}$ | ${treatments[name]} |`,
  )
  return `When θ plus the margin exceeds π, the formula alone would reward a sample for being further away. ${guide} compares the ways out.

| \`pastPi\` | target logit | what it does |
|---|---|---|
${rows.join('\n')}`
}

const mentionsAngle = ({ target, where = {}, row = {} }: LossDefinition): boolean =>
  [target, ...Object.values(where), ...Object.values(row)].some((one) => /\btheta\b/.test(`${one}`))

/** What one formula does there, read off its curve. */
const withoutChoice = (loss: DocumentedLoss): string => {
  if (!mentionsAngle(loss.factory.definition))
    return 'Nothing is added to the angle, so nothing goes past π.'
  const values = targetCurves(loss)[0]?.values ?? []
  const rises = Array.from(values, (value, degree) => value - (values[degree - 1] ?? value) > 1e-9)
  const from = rises.indexOf(true) - 1
  if (from < 0)
    return 'There is nothing to choose: with the defaults the target logit rises nowhere up to π, so no sample is rewarded for being further away.'
  const where = rises.at(-1)
    ? `rises again from ${from}° on, and a sample out there is pushed further away`
    : `jumps up at ${from}°`
  return `There is nothing to choose: the formula is the one of the code that it follows. With the defaults the target logit ${where}. ${guide} shows what other losses do.`
}

/** What the target logit does where θ plus the margin exceeds π. */
export const pastPiSection = (loss: DocumentedLoss): string => {
  const { target, pastPi } = loss.factory.definition
  return `## Past π

${typeof target === 'string' ? withoutChoice(loss) : choice(target, pastPi)}
`
}
