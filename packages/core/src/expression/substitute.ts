import { fold } from './fold.js'
import { apply, type Expression } from './node.js'

/** The node with other operands: the same node when they are the same. */
export const rebuild = (node: Expression, operands: readonly Expression[]): Expression =>
  node.type !== 'operation' || operands.every((operand, i) => operand === node.operands[i])
    ? node
    : apply(node.operation, ...operands)

/**
 * Puts expressions in the place of inputs, all at once: a replacement's own inputs are not replaced.
 *
 * @param node the formula; parts without replaced inputs are shared with the result
 * @param replacements what stands for which input; the others stay
 */
export const substitute = (
  node: Expression,
  replacements: Readonly<Record<string, Expression>>,
): Expression =>
  fold<Expression>((part, operands) =>
    part.type === 'input' && Object.hasOwn(replacements, part.name)
      ? (replacements[part.name] ?? part)
      : rebuild(part, operands),
  )(node)

/** The names of the inputs that occur in a formula. */
export const inputsOf = (node: Expression): ReadonlySet<string> => {
  const names = new Set<string>()
  fold<void>((part) => {
    if (part.type === 'input') names.add(part.name)
  })(node)
  return names
}
