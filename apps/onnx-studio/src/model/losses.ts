import {
  adaCos,
  adaFace,
  arcFace,
  circle,
  combined,
  cosFace,
  curricularFace,
  defineLoss,
  FormulaError,
  type Loss,
  type LossFactory,
  magFace,
  mvArc,
  normFace,
  ParameterError,
  parse,
  positive,
  proxyAnchor,
  radians,
  softmax,
  sphereFace2,
  uniFace,
} from '@arcmargin/core'

/** The losses that a visitor can choose. */
export const factories: Readonly<Record<string, LossFactory<string>>> = {
  ArcFace: arcFace,
  CosFace: cosFace,
  Combined: combined,
  NormFace: normFace,
  Softmax: softmax,
  CurricularFace: curricularFace,
  'MV-Arc': mvArc,
  AdaFace: adaFace,
  AdaCos: adaCos,
  MagFace: magFace,
  Circle: circle,
  SphereFace2: sphereFace2,
  UniFace: uniFace,
  'Proxy-Anchor': proxyAnchor,
}

/** The entry of the list that stands for a visitor's own formula. */
export const own = 'Your own'

/** Papers' scales are for millions of faces; a few hundred pictures want less. */
const gentleScale = 16

const ownFactory = (formula: string): LossFactory<string> =>
  defineLoss({
    name: 'Own margin',
    citation: 'typed into the ONNX studio',
    parameters: { m: radians(0.3), s: positive(gentleScale) },
    target: `s * (${formula})`,
    other: 's * cosTheta',
  })

/** What a visitor sets of a loss. */
export interface LossChoice {
  /** A key of {@link factories}, or {@link own}. */
  readonly name: string
  readonly formula: string
  /** Values by the names of the loss's parameters; those left out have their defaults. */
  readonly settings: Readonly<Record<string, number>>
}

/** A number that a visitor may set. */
export interface Setting {
  readonly name: string
  readonly value: number
  readonly unit: string
}

/** A loss with its settings, or what is wrong and, in a formula, at which character. */
export type Chosen =
  | { readonly loss: Loss; readonly settings: readonly Setting[] }
  | { readonly message: string; readonly position?: number }

const startOf = (name: string, value: number): number =>
  name === 'scale' && value > gentleScale ? gentleScale : value

/** Makes the loss that was chosen. A formula is parsed, never run as code. */
export const choose = ({ name, formula, settings }: LossChoice): Chosen => {
  try {
    if (name === own) parse(formula, ['theta', 'cosTheta', 'sinTheta', 'm', 's'])
    const factory = name === own ? ownFactory(formula) : factories[name]!
    const numbers = Object.entries(factory.definition.parameters).flatMap(
      ([key, { default: value, unit = '' }]) =>
        typeof value === 'number'
          ? [{ name: key, value: settings[key] ?? startOf(key, value), unit }]
          : [],
    )
    const given = Object.fromEntries(numbers.map((one) => [one.name, one.value]))
    return { loss: factory(given), settings: numbers }
  } catch (error) {
    if (error instanceof FormulaError) {
      return { message: error.message.split('\n')[0] ?? '', position: error.position }
    }
    if (error instanceof ParameterError) return { message: error.message }
    throw error
  }
}
