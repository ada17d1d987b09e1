import type { Expression } from './node.js'

/** The operands of a node; none for a leaf. */
export const operandsOf = (node: Expression): readonly Expression[] =>
  node.type === 'operation' ? node.operands : []

/**
 * Computes a result for a tree from the results for its operands, leaves first. The returned function remembers every node that
 * it has seen, so that a shared part costs once, and it does not recurse, so that depth costs no stack.
 *
 * @param visit the result of a node, given those of its operands
 * @param needs the operands that `visit` wants, given the results so far; the others arrive as undefined. Asked again until none
 *   is missing, so that a choice may depend on an operand.
 */
export const fold = <T>(
  visit: (node: Expression, operands: readonly T[]) => T,
  needs: (node: Expression, done: ReadonlyMap<Expression, T>) => readonly Expression[] = operandsOf,
): ((root: Expression) => T) => {
  const done = new Map<Expression, T>()
  return (root) => {
    const stack = [root]
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      const missing = needs(node, done).filter((operand) => !done.has(operand))
      stack.push(...missing)
      if (missing.length > 0) continue
      stack.pop()
      if (!done.has(node)) {
        done.set(
          node,
          visit(
            node,
            operandsOf(node).map((operand) => done.get(operand) as T),
          ),
        )
      }
    }
    return done.get(root) as T
  }
}
