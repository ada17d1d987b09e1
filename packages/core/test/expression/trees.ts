import fc from 'fast-check'
import { evaluate } from '../../src/expression/evaluate.js'
import {
  apply,
  type Expression,
  input,
  number,
  type Operation,
  operations,
} from '../../src/expression/node.js'

/** The inputs of random trees. */
export const names = ['x', 'y', 'theta'] as const

/** Every operation but these three kinds takes plain values and gives one. */
const comparisons: readonly Operation[] = ['lt', 'le', 'gt', 'ge']

/** Constants over the whole range, with the ones that are special to a printer or to a rule made likely. */
export const anyConstant: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, 1, -1, 2, -2, 0.5, Math.PI, -Math.PI, 1e21, -1e-7, 5e-324, Number.MAX_VALUE),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)

/** Numbers that are spread evenly, unlike those of fc.double, most of which are tiny. */
export const between = (low: number, high: number): fc.Arbitrary<number> =>
  fc.integer({ min: 1, max: 999_999 }).map((part) => low + ((high - low) * part) / 1_000_000)

/** Constants at which most operations stay moderate. */
export const tameConstant: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, 1, -1, 2, 0.5),
  between(-3, 3),
)

/** Random trees over all operations except the excluded ones, at most `depth` high. */
export const tree = (
  constant: fc.Arbitrary<number>,
  depth: number,
  excluded: readonly Operation[] = [],
  inputs: readonly string[] = names,
): fc.Arbitrary<Expression> => {
  const leaf = fc.oneof(fc.constantFrom(...inputs).map(input), constant.map(number))
  if (depth === 0) return leaf
  const operand = tree(constant, depth - 1, excluded, inputs)
  const plain = (Object.keys(operations) as Operation[]).filter(
    (name) => !comparisons.includes(name) && !excluded.includes(name),
  )
  const operation = fc
    .constantFrom(...plain)
    .chain((name) =>
      name === 'select'
        ? fc
            .tuple(fc.constantFrom(...comparisons), operand, operand, operand, operand)
            .map(([compare, a, b, c, d]) => apply('select', apply(compare, a, b), c, d))
        : fc
            .array(operand, { minLength: operations[name], maxLength: operations[name] })
            .map((operands) => apply(name, ...operands)),
    )
  return fc.oneof({ arbitrary: leaf, weight: 1 }, { arbitrary: operation, weight: 4 })
}

/** x doubled a hundred times by adding shared nodes: 101 nodes that would be 2^100 as a tree. */
export const doubled = (): Expression => {
  let node: Expression = input('x')
  for (let i = 0; i < 100; i++) node = apply('add', node, node)
  return node
}

/** x + y + y + ...: too high for functions that recurse. */
export const tower = (height: number): Expression => {
  let node: Expression = input('x')
  for (let i = 0; i < height; i++) node = apply('add', node, input('y'))
  return node
}

/** Whether everything that is evaluated is finite and no clamp's bounds are crossed: the contract of formulas. */
export const regular = (node: Expression, point: Readonly<Record<string, number>>): boolean => {
  if (!Number.isFinite(evaluate(node, point))) return false
  if (node.type !== 'operation') return true
  const [a, b, c] = node.operands
  if (node.operation === 'select' && a && b && c) {
    return regular(a, point) && regular(evaluate(a, point) ? b : c, point)
  }
  const crossed = node.operation === 'clamp' && b && c && evaluate(b, point) > evaluate(c, point)
  return !crossed && node.operands.every((operand) => regular(operand, point))
}
