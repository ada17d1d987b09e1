import { compile } from '@arcmargin/core/backend'
import { resolvePairLoss } from '@arcmargin/core/pairs/engine'
import { angles, curveFigure } from '../losses/figure.js'
import type { DocumentedPairLoss } from './losses.js'

const cosines = angles.map(Math.cos)
const chords = angles.map((angle) => 2 * Math.sin(angle / 2))

/** What a pair of unit vectors is, at every angle. */
const lanes = {
  theta: angles,
  cosTheta: cosines,
  sinTheta: angles.map(Math.sin),
  chord: chords,
  distance: chords,
  dot: cosines,
}

/** The scores of positive and negative pairs against their angle, as inline SVG. */
export const scoresSvg = ({ factory }: DocumentedPairLoss): string => {
  const loss = factory()
  const { positive, negative } = resolvePairLoss(loss)
  const known = Object.fromEntries(
    Object.entries(loss.parameters).map(([name, value]) => [name, Number(value)]),
  )
  const titles = ['same label, φ₊', 'different labels, φ₋']
  const series = [positive, negative].flatMap((score, index) => {
    if (!score) return []
    const program = compile([score.value], Object.keys(lanes))
    const values = program.run(angles.length, lanes, known)[0]?.slice(0, angles.length) ?? []
    return [{ title: titles[index] as string, values }]
  })
  const label = `Scores of ${factory.definition.name}`
  return curveFigure(series, { axis: 'score of a pair', label })
}
