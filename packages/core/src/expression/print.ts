import { fold } from './fold.js'
import type { Expression } from './node.js'
import { binding, infix } from './syntax.js'

/** Text and how tightly it holds together. */
type Piece = readonly [text: string, level: number]

const wrap = ([text, level]: Piece, minimum: number): string =>
  level < minimum ? `(${text})` : text

const constant = (value: number): Piece => {
  const size = Math.abs(value)
  const text = size === Math.PI ? 'pi' : `${size}`
  return value < 0 ? [`-${text}`, binding.negation] : [text, binding.atom]
}

const piece = (node: Expression, operands: readonly Piece[]): Piece => {
  if (node.type === 'number') return constant(node.value)
  if (node.type === 'input') return [node.name, binding.atom]
  const [left, right] = operands
  if (node.operation === 'negate' && left) {
    return [`-${wrap(left, binding.negation)}`, binding.negation]
  }
  const [symbol, level] = infix[node.operation] ?? []
  if (symbol === undefined || level === undefined || !left || !right) {
    return [`${node.operation}(${operands.map(([text]) => text).join(', ')})`, binding.atom]
  }
  // Sums and products group to the left, powers to the right.
  const power = node.operation === 'power'
  const first = wrap(left, power ? binding.atom : level)
  // `a - -b` could be read, but not easily.
  const signed = right[1] === binding.negation && level > binding.comparison
  const second = wrap(right, signed ? binding.atom : power ? level : level + 1)
  return [`${first} ${symbol} ${second}`, level]
}

/**
 * Writes a formula with as few parentheses as its tree allows: `scale * (cos(m1 * theta + m2) - m3)`. `parse` reads back a
 * structurally equal tree, for all trees that it accepts in size.
 *
 * @param node the tree; its input names are printed as they are
 */
export const print = (node: Expression): string => fold(piece)(node)[0]
