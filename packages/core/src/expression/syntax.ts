import { type Operation, operations } from './node.js'

/** How tightly a piece of text holds together; an operand that binds more loosely than its place asks for gets parentheses. */
export const binding = {
  comparison: 0,
  sum: 1,
  product: 2,
  negation: 3,
  power: 4,
  atom: 5,
} as const

/** The operations that are written between their operands: symbol and binding. */
export const infix: Readonly<Partial<Record<Operation, readonly [symbol: string, level: number]>>> =
  {
    lt: ['<', 0],
    le: ['<=', 0],
    gt: ['>', 0],
    ge: ['>=', 0],
    add: ['+', 1],
    subtract: ['-', 1],
    multiply: ['*', 2],
    divide: ['/', 2],
    power: ['^', 4],
  }

/** Whether an operation is written as a call, `cos(x)`. Asks for own keys only: formulas may contain `constructor`. */
export const isFunction = (name: string): name is Operation =>
  Object.hasOwn(operations, name) && !Object.hasOwn(infix, name) && name !== 'negate'
