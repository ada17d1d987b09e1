import { fold } from './fold.js'
import type { Expression } from './node.js'

/** A function that gives every node a number, and structurally equal nodes the same one. */
export const numbering = (): ((node: Expression) => number) => {
  const numbers = new Map<string, number>()
  return fold((node, operands) => {
    const key =
      node.type === 'operation'
        ? `${node.operation} ${operands}`
        : node.type === 'input'
          ? `$${node.name}`
          : `${node.value}`
    const known = numbers.get(key) ?? numbers.size
    numbers.set(key, known)
    return known
  })
}

/** Whether two formulas have the same structure, shared or not; linear in their nodes. */
export const equal = (a: Expression, b: Expression): boolean => {
  const structure = numbering()
  return a === b || structure(a) === structure(b)
}
