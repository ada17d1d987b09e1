import { ArcmarginError } from '../errors.js'
import { fold } from '../expression/fold.js'
import { type Expression, isCondition, type Operation } from '../expression/node.js'
import type { ShaderLanguage } from './language.js'

/** Formulas as text of a shading language: statements that compute them together, and the names that hold their values, in order. */
export interface Emitted {
  readonly statements: string
  readonly results: readonly string[]
}

type Write = (a: string, b: string, c: string) => string

const arithmetic: Readonly<Record<Exclude<Operation, keyof ShaderLanguage['conditions']>, Write>> =
  {
    negate: (a) => `-${a}`,
    add: (a, b) => `${a} + ${b}`,
    subtract: (a, b) => `${a} - ${b}`,
    multiply: (a, b) => `${a} * ${b}`,
    divide: (a, b) => `${a} / ${b}`,
    power: (a, b) => `power(${a}, ${b})`,
    exp: (a) => `exponential(${a})`,
    log: (a) => `ln(${a})`,
    sqrt: (a) => `sqrt(${a})`,
    cos: (a) => `cosine(${a})`,
    sin: (a) => `sine(${a})`,
    abs: (a) => `abs(${a})`,
    floor: (a) => `floor(${a})`,
    sigmoid: (a) => `sigmoid(${a})`,
    softplus: (a) => `softplus(${a})`,
    min: (a, b) => `min(${a}, ${b})`,
    max: (a, b) => `max(${a}, ${b})`,
    // Not the languages' own clamp: it is undefined where the bounds cross.
    clamp: (a, low, high) => `min(max(${a}, ${low}), ${high})`,
    // Derivatives were taken before: nothing differentiates a shader.
    stopGradient: (a) => a,
  }

const largest = 3.4e38

/** What float32 cannot hold becomes its largest number. */
const inFloat32 = (value: number): number =>
  Math.fround(Math.max(-largest, Math.min(largest, value)))

/**
 * Formulas as statements of a shading language. What they share is computed once. Constants get names too: compilers refuse
 * constant expressions that overflow, and must not see any.
 *
 * @param language how it writes what differs.
 * @param formulas the trees.
 * @param nameOf what the shader calls an input.
 * @param prefix of the names that are declared, so that several emissions fit into one scope; `e` when left out.
 * @throws ArcmarginError where an operation is not one of the formula language.
 */
export const emitShader = (
  language: ShaderLanguage,
  formulas: readonly Expression[],
  nameOf: (input: string) => string,
  prefix = 'e',
): Emitted => {
  const operations: Readonly<Record<string, Write>> = { ...arithmetic, ...language.conditions }
  const lines: string[] = []
  const known = new Map<string, string>()
  const write = fold<string>((node, [a = '', b = '', c = '']) => {
    if (node.type === 'input') return nameOf(node.name)
    const code =
      node.type === 'number'
        ? language.literal(inFloat32(node.value))
        : operations[node.operation]?.(a, b, c)
    if (code === undefined)
      throw new ArcmarginError(
        'a shader cannot compute an operation that the formula language lacks',
        {
          argument: 'formula',
          value: node,
        },
      )
    const before = known.get(code)
    if (before !== undefined) return before
    const name = `${prefix}${lines.length}`
    lines.push(language.declare(name, code, isCondition(node)))
    known.set(code, name)
    return name
  })
  const results = formulas.map(write)
  return { statements: lines.join('\n'), results }
}
