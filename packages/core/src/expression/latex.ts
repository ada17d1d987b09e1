import { fold } from './fold.js'
import type { Expression, Operation } from './node.js'
import { binding } from './syntax.js'

/** LaTeX and how tightly it holds together. */
type Piece = readonly [text: string, level: number]

/** Stands between powers and atoms: clear beside another factor, but not under an exponent. */
const call = 4.5

const names: Readonly<Record<string, string>> = {
  cosTheta: '\\cos\\theta',
  sinTheta: '\\sin\\theta',
  featureNorm: '\\lVert x\\rVert',
  weightNorm: '\\lVert w\\rVert',
}

const greek =
  /^(alpha|beta|gamma|delta|epsilon|zeta|eta|theta|kappa|lambda|mu|nu|xi|rho|sigma|tau|phi|chi|psi|omega)$/

const brackets = (text: string): string => `\\left(${text}\\right)`

const wrap = ([text, level]: Piece, minimum: number): string =>
  level < minimum ? brackets(text) : text

/** `m1` becomes m with the index 1, `gamma` the letter, `margin` an upright word. */
const symbol = (name: string): string => {
  const [, word = name, index = ''] = /^(.*?[A-Za-z])_?(\d*)$/.exec(name) ?? []
  const base = greek.test(word)
    ? `\\${word}`
    : word.length > 1
      ? `\\mathrm{${word.replaceAll('_', '\\_')}}`
      : word.replace('_', '\\_')
  return index === '' ? base : `${base}_{${index}}`
}

const constant = (value: number): Piece => {
  const size = Math.abs(value)
  const [digits = '', exponent] = size === Math.PI ? ['\\pi'] : `${size}`.split('e')
  const scaled = exponent === undefined ? digits : `${digits} \\cdot 10^{${Number(exponent)}}`
  if (value < 0) return [`-${scaled}`, binding.negation]
  return [scaled, exponent === undefined ? binding.atom : binding.product]
}

/** Templates: 1, 2 and 3 are the operands. An operand that is not between braces or brackets has a least binding. */
const templates: Readonly<
  Record<Operation, readonly [template: string, level: number, ...operands: readonly number[]]>
> = {
  negate: ['-1', binding.negation, binding.product],
  add: ['1 + 2', binding.sum, binding.sum, binding.product],
  subtract: ['1 - 2', binding.sum, binding.sum, binding.product],
  multiply: ['1 \\, 2', binding.product, binding.product, binding.power],
  divide: ['\\frac{1}{2}', call],
  power: ['1^{2}', binding.power, binding.atom],
  exp: ['\\exp\\left(1\\right)', call],
  log: ['\\log\\left(1\\right)', call],
  sqrt: ['\\sqrt{1}', binding.atom],
  cos: ['\\cos\\left(1\\right)', call],
  sin: ['\\sin\\left(1\\right)', call],
  abs: ['\\left\\lvert 1\\right\\rvert', binding.atom],
  floor: ['\\left\\lfloor 1\\right\\rfloor', binding.atom],
  sigmoid: ['\\sigma\\left(1\\right)', call],
  softplus: ['\\operatorname{softplus}\\left(1\\right)', call],
  min: ['\\min\\left(1, 2\\right)', call],
  max: ['\\max\\left(1, 2\\right)', call],
  clamp: ['\\operatorname{clamp}\\left(1, 2, 3\\right)', call],
  select: ['\\begin{cases}2 & \\text{if } 1 \\\\ 3 & \\text{otherwise}\\end{cases}', 0],
  lt: ['1 < 2', 0],
  le: ['1 \\le 2', 0],
  gt: ['1 > 2', 0],
  ge: ['1 \\ge 2', 0],
  stopGradient: ['\\operatorname{sg}\\left(1\\right)', call],
}

/**
 * Writes a formula for print: `s \, \left(\cos\left(m_{1} \, \theta\right) - m_{3}\right)`, for any renderer with amsmath.
 *
 * @param node the formula
 * @param symbols LaTeX for inputs that should not look as their names suggest, e.g. `{ scale: 's', margin: 'm' }`
 */
export const latex = (node: Expression, symbols: Readonly<Record<string, string>> = {}): string =>
  fold<Piece>((part, operands) => {
    if (part.type === 'number') return constant(part.value)
    if (part.type === 'input') {
      const known = Object.hasOwn(symbols, part.name) ? symbols : names
      const text = (Object.hasOwn(known, part.name) && known[part.name]) || symbol(part.name)
      // "cos theta" to a power needs parentheses.
      return [text, /^\\(cos|sin)\b/.test(text) ? call : binding.atom]
    }
    const [template, level, ...least] = templates[part.operation]
    const texts = operands.map((piece, index) => {
      const signed = index > 0 && least.length > 1 && piece[1] === binding.negation
      return wrap(piece, signed ? binding.atom : (least[index] ?? 0))
    })
    // Digits side by side would run together, and so would "cos theta" and what follows it.
    const dotted =
      part.operation === 'multiply' && (/^\d/.test(texts[1] ?? '') || operands[0]?.[1] === call)
    const shape = dotted ? '1 \\cdot 2' : template
    return [shape.replace(/[123]/g, (place) => texts[Number(place) - 1] ?? ''), level]
  })(node)[0]
