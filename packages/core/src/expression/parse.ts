import { FormulaError, ParameterError } from '../errors.js'
import { apply, type Expression, input, number, type Operation, operations } from './node.js'
import { binding, infix, isFunction } from './syntax.js'

/** Longer text is refused unread. */
const longest = 10_000

/** Deeper nesting, in the text or in the tree that it makes, is refused. */
const deepest = 200

/** One token: a name, a number, or a sign. Every alternative is told by its first character: nothing is read twice. */
const tokens = /\s*([A-Za-z_][A-Za-z0-9_]*|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[<>]=|[^\s])/uy

/** Other ways to write a token. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['θ', 'theta'],
  ['π', 'pi'],
  ['−', '-'],
  ['·', '*'],
  ['×', '*'],
])

const infixOperation = (token: string): [Operation, number] | undefined => {
  for (const [operation, [symbol, level]] of Object.entries(infix)) {
    if (symbol === token) return [operation as Operation, level]
  }
  return undefined
}

/**
 * Reads a formula such as `scale * cos(m1 * theta + m2)`.
 *
 *     sum       = product (('+' | '-') product)*
 *     product   = unary (('*' | '/') unary)*
 *     unary     = '-' unary | power
 *     power     = primary ('^' unary)?
 *     primary   = number | 'pi' | input | function '(' argument (',' argument)* ')' | '(' sum ')'
 *     condition = sum ('<' | '<=' | '>' | '>=') sum          the first argument of select, nowhere else
 *
 * θ, π, −, · and × may stand for `theta`, `pi`, `-`, `*` and `*`. The time is linear in the length, whatever the text.
 *
 * @param formula the text, at most 10 000 characters and 200 levels deep
 * @param inputs the names that may occur
 * @throws FormulaError that points at the first character that cannot be accepted
 * @throws ParameterError when an input's name is not an identifier, or is `pi` or a function
 */
export const parse = (formula: string, inputs: readonly string[]): Expression =>
  read(formula, inputs, 'sum')

/** Reads a condition such as `cosTheta > 0.3`, for the first operand of a `select`; see {@link parse}. */
export const parseCondition = (formula: string, inputs: readonly string[]): Expression =>
  read(formula, inputs, 'condition')

const read = (
  formula: string,
  inputs: readonly string[],
  whole: 'sum' | 'condition',
): Expression => {
  const names = new Set(inputs)
  for (const name of names) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || name === 'pi' || isFunction(name)) {
      throw new ParameterError('cannot be the name of an input', {
        argument: 'inputs',
        value: name,
        allowed: 'letters, digits and _, but neither pi nor a function',
      })
    }
  }

  let token = ''
  let position = 0
  let end = 0
  let depth = 0
  const heights = new Map<Expression, number>()

  const fail = (problem: string, allowed?: string): never => {
    throw new FormulaError(problem, formula, position, allowed)
  }

  const known = (): string =>
    ['a number', ...names, 'pi', ...Object.keys(operations).filter(isFunction)].join(', ')

  /** Refuses the current token. */
  const refuse = (allowed: string): never =>
    fail(
      token === ''
        ? 'the formula ends too early'
        : infixOperation(token)?.[1] === binding.comparison
          ? 'a comparison stands only once, as the first argument of select,'
          : `unexpected ${JSON.stringify(token.slice(0, 40))}`,
      allowed,
    )

  /** Moves to the next token; at the end it is ''. */
  const advance = (): void => {
    tokens.lastIndex = end
    const text = tokens.exec(formula)?.[1] ?? ''
    // A failed match has reset lastIndex: only space was left.
    end = text === '' ? formula.length : tokens.lastIndex
    position = end - text.length
    token = aliases.get(text) ?? text
  }

  const expect = (sign: string, allowed: string): void => {
    if (token !== sign) refuse(allowed)
    advance()
  }

  /** Makes a node. Chains such as `x + x + ...` grow the tree without nesting, so its height is limited too. */
  const build = (operation: Operation, ...operands: readonly Expression[]): Expression => {
    const height = 1 + Math.max(...operands.map((operand) => heights.get(operand) ?? 0))
    if (height > deepest) fail(`more than ${deepest} operations inside one another`)
    const node = apply(operation, ...operands)
    heights.set(node, height)
    return node
  }

  /** Reads as far as the operators bind at least as tightly as `level`. */
  const expression = (level: number): Expression => {
    if (++depth > deepest) fail(`more than ${deepest} levels of nesting`)
    let left: Expression
    if (token === '-') {
      advance()
      left = build('negate', expression(binding.negation))
    } else {
      left = primary()
    }
    for (let next = infixOperation(token); next && next[1] >= level; next = infixOperation(token)) {
      const [operation, own] = next
      advance()
      // Only powers group to the right.
      left = build(operation, left, expression(operation === 'power' ? own : own + 1))
    }
    depth--
    return left
  }

  const primary = (): Expression => {
    const name = token
    if (/^[.\d]/.test(name) && name !== '.') {
      const value = Number(name)
      if (!Number.isFinite(value)) fail('a number is too large')
      advance()
      return number(value)
    }
    if (isFunction(name)) return call(name)
    if (name === '(') {
      advance()
      const inner = expression(binding.sum)
      expect(')', 'an operator, )')
      return inner
    }
    if (!/^[A-Za-z_]/.test(name)) refuse(known())
    if (name !== 'pi' && !names.has(name)) {
      fail(`unknown name ${JSON.stringify(name.slice(0, 40))}`, known())
    }
    advance()
    return name === 'pi' ? number(Math.PI) : input(name)
  }

  const call = (operation: Operation): Expression => {
    const count = operations[operation]
    const miscounted = `${operation} takes ${count} argument${count === 1 ? '' : 's'}`
    advance()
    expect('(', '(')
    const operands: Expression[] = []
    while (operands.length < count) {
      if (operands.length > 0) {
        if (token === ')') fail(miscounted)
        expect(',', 'an operator, a comma')
      }
      if (token === ')') fail(miscounted)
      operands.push(
        operation === 'select' && operands.length === 0 ? condition() : expression(binding.sum),
      )
    }
    if (token === ',') fail(miscounted)
    expect(')', 'an operator, )')
    return build(operation, ...operands)
  }

  const condition = (): Expression => {
    const left = expression(binding.sum)
    const next = infixOperation(token)
    if (next === undefined) {
      const problem = depth === 0 ? 'a condition compares' : 'select starts with a condition'
      return fail(problem, '<, <=, >, >=')
    }
    advance()
    return build(next[0], left, expression(binding.sum))
  }

  if (typeof formula !== 'string') {
    throw new ParameterError('is no text', { argument: 'formula', value: formula })
  }
  if (formula.length > longest) {
    position = longest
    fail(`the formula is longer than ${longest} characters`)
  }
  advance()
  if (token === '') fail('the formula is empty', known())
  const result = whole === 'condition' ? condition() : expression(binding.sum)
  if (token !== '') refuse('an operator')
  return result
}
