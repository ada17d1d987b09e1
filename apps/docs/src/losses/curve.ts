import type { Loss, PastPi } from '@arcmargin/core'
import { compile, deriveLoss } from '@arcmargin/core/backend'
import { initialState } from '@arcmargin/core/head'
import { angles, curveFigure } from './figure.js'
import type { DocumentedLoss } from './losses.js'

/** A middling setting for what a curve over the angle cannot show: norms, statistics and states. */
const norms = { featureNorm: 1, weightNorm: 1 }

/** Values of the target logit at every angle, or undefined where it depends on more than the angle and numbers that are known. */
const targetCurve = (loss: Loss): Float64Array | undefined => {
  const { target } = deriveLoss(loss)
  const known: Record<string, number> = { ...norms, classes: 10, ...initialState(loss, 10) }
  for (const [name, value] of Object.entries(loss.parameters))
    known[name] =
      typeof value === 'number' ? value : Number(loss.definition.parameters[name]?.default ?? 0.35)
  try {
    const program = compile([target.value], ['theta', 'cosTheta', 'sinTheta'])
    const lanes = { theta: angles, cosTheta: angles.map(Math.cos), sinTheta: angles.map(Math.sin) }
    return program.run(angles.length, lanes, known)[0]?.slice(0, angles.length)
  } catch {
    return undefined
  }
}

const optionsOf = ({ factory }: DocumentedLoss): readonly (PastPi | undefined)[] => {
  const { target } = factory.definition
  return typeof target === 'string' ? [undefined] : (Object.keys(target) as PastPi[])
}

/** The target logit against the angle for each treatment past π, as inline SVG; empty where there is no such curve. */
export const curveSvg = (loss: DocumentedLoss): string => {
  const { definition } = loss.factory
  const series = optionsOf(loss).flatMap((pastPi) => {
    const values = targetCurve(loss.factory(pastPi === undefined ? {} : { pastPi }))
    return values?.every(Number.isFinite) ? [{ title: pastPi ?? definition.name, values }] : []
  })
  if (series.length === 0) return ''
  return curveFigure(series, { axis: 'target logit', label: `Target logit of ${definition.name}` })
}
