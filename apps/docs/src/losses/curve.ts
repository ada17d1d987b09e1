import { evaluate, type Loss, type PastPi } from '@arcmargin/core'
import { compile, resolveLoss } from '@arcmargin/core/backend'
import { initialState, scalarParameters } from '@arcmargin/core/head'
import { angles, curveFigure, type Series } from './figure.js'
import type { DocumentedLoss } from './losses.js'

const classes = 10
/** Of a table by class that has no default. */
const tableValue = 0.35

/** One value for everything that a curve over the angle cannot show; {@link curveNote} says which. */
const settingOf = (loss: Loss): Readonly<Record<string, number>> => {
  const { draws, negatives, batch } = resolveLoss(loss)
  const tables = Object.entries(loss.definition.parameters)
    .filter(([name]) => typeof loss.parameters[name] === 'string')
    .map(([name, { default: initial }]) => [name, Number(initial ?? tableValue)])
  const statistics = Object.keys({ ...negatives, ...batch }).map((name) => [name, 0])
  const known: Record<string, number> = {
    featureNorm: 1,
    weightNorm: 1,
    classes,
    ...Object.fromEntries([...tables, ...statistics]),
    ...scalarParameters(loss, classes),
    ...initialState(loss, classes),
  }
  for (const [name, { mean }] of Object.entries(draws)) known[name] = evaluate(mean, known)
  return known
}

const curveOf = (loss: Loss): Float64Array => {
  const program = compile([resolveLoss(loss).target], ['theta', 'cosTheta', 'sinTheta'])
  const lanes = { theta: angles, cosTheta: angles.map(Math.cos), sinTheta: angles.map(Math.sin) }
  const [values = new Float64Array()] = program.run(angles.length, lanes, settingOf(loss))
  return values.slice(0, angles.length)
}

/** The target logit at every angle, for each treatment past π. */
export const targetCurves = ({ factory }: DocumentedLoss): readonly Series[] => {
  const { name, target } = factory.definition
  if (typeof target === 'string') return [{ title: name, values: curveOf(factory()) }]
  return (Object.keys(target) as PastPi[]).map((pastPi) => ({
    title: pastPi,
    values: curveOf(factory({ pastPi })),
  }))
}

/** The target logit against the angle for each treatment past π, as inline SVG. */
export const curveSvg = (loss: DocumentedLoss): string =>
  curveFigure(targetCurves(loss), {
    axis: 'target logit',
    label: `Target logit of ${loss.factory.definition.name}`,
  })

/** What a curve is drawn for. */
export const curveNote = ({ factory }: DocumentedLoss): string => {
  const { definition } = factory
  const { parameters, state, draws, negatives = {} } = definition
  const text = JSON.stringify(definition)
  const conditions = [
    /featureNorm|weightNorm/.test(text) ? 'vectors of length 1' : '',
    text.includes('classes') ? `${classes} classes` : '',
    state ? 'the state before the first step' : '',
    draws ? 'the margin at its mean' : '',
    Object.values(negatives).some(({ where }) => where) ? 'no hard negatives' : '',
    Object.values(parameters).some((one) => one.default === undefined)
      ? `${tableValue} for every class`
      : '',
  ].filter(Boolean)
  return `Drawn with the default parameters${conditions.map((one) => `, ${one}`).join('')}.`
}
