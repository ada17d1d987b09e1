import { ParameterError } from '../errors.js'
import { arithmetic } from './evaluate.js'
import { fold } from './fold.js'
import type { Expression, OperationNode } from './node.js'

/** Where an instruction finds an operand and whether it differs from lane to lane. */
interface Register {
  values: Float64Array
  varies: boolean
}

interface Instruction {
  readonly operation: OperationNode['operation']
  readonly operands: readonly Register[]
  readonly result: Register
}

/** Formulas made ready to run on many values at once. */
export interface Program {
  /**
   * Evaluates every formula on `lanes` values.
   *
   * @param lanes number of values.
   * @param varying arrays of at least `lanes` values, one for each name that differs from lane to lane.
   * @param uniform one number for each other name.
   * @returns one array for each formula, in order. They belong to the program and are overwritten by its next run.
   */
  run(
    lanes: number,
    varying: Readonly<Record<string, ArrayLike<number>>>,
    uniform: Readonly<Record<string, number>>,
  ): readonly Float64Array[]
}

/**
 * Compiles formulas into one list of instructions without repetitions: no eval, so it runs under any content security policy.
 * A `select` takes both branches' values and copies one, so a NaN in the other goes nowhere.
 *
 * @param formulas the trees to evaluate together; what they share is computed once.
 * @param varyingNames the inputs that differ from lane to lane; parts that use none of them are computed once for all lanes.
 */
export const compile = (
  formulas: readonly Expression[],
  varyingNames: readonly string[],
): Program => {
  const registers = new Map<string, Register>()
  const inputs: { readonly name: string; readonly register: Register }[] = []
  const instructions: Instruction[] = []

  const allocate = (key: string, varies: boolean): Register => {
    const register = { values: new Float64Array(1), varies }
    registers.set(key, register)
    return register
  }

  const signatures = new Map<string, string>()
  /** Gives equal subtrees one register, which the key names. */
  const keyOf = fold<string>((node, parts) => {
    if (node.type === 'number') {
      const key = `${node.value}`
      if (!registers.has(key)) allocate(key, false).values[0] = node.value
      return key
    }
    if (node.type === 'input') {
      const { name } = node
      if (!registers.has(name)) {
        inputs.push({ name, register: allocate(name, varyingNames.includes(name)) })
      }
      return name
    }
    const { operation } = node
    if (operation === 'stopGradient') return parts[0] as string
    const signature = `${operation}(${parts})`
    const known = signatures.get(signature)
    if (known !== undefined) return known
    const key = `#${signatures.size}`
    signatures.set(signature, key)
    const operands = parts.map((part) => registers.get(part) as Register)
    const result = allocate(
      key,
      operands.some(({ varies }) => varies),
    )
    instructions.push({ operation, operands, result })
    return key
  })
  const outputs = formulas.map((formula) => registers.get(keyOf(formula)) as Register)
  const results = outputs.map(() => new Float64Array(0))

  const run: Program['run'] = (lanes, varying, uniform) => {
    for (const { name, register } of inputs) {
      if (register.varies) register.values = varying[name] as Float64Array
      else register.values[0] = uniform[name] as number
      if ((register.varies ? varying[name] : uniform[name]) === undefined) {
        throw new ParameterError('has no value', { argument: name })
      }
    }
    for (const { operation, operands, result } of instructions) {
      if (result.varies && result.values.length < lanes) result.values = new Float64Array(lanes)
      const [a, b = a, c = a] = operands as [Register, Register?, Register?]
      execute(arithmetic[operation], result.varies ? lanes : 1, a, b, c, result.values)
    }
    return outputs.map(({ values, varies }, index) => {
      if (varies) return values
      let filled = results[index] as Float64Array
      if (filled.length < lanes) results[index] = filled = new Float64Array(lanes)
      return filled.fill(values[0] as number, 0, lanes)
    })
  }
  return { run }
}

/** One instruction over all lanes. */
const execute = (
  compute: (a: number, b: number, c: number) => number,
  lanes: number,
  first: Register,
  second: Register,
  third: Register,
  result: Float64Array,
): void => {
  const [a, b, c] = [first.values, second.values, third.values]
  const [i, j, k] = [first.varies ? 1 : 0, second.varies ? 1 : 0, third.varies ? 1 : 0]
  for (let lane = 0; lane < lanes; lane++) {
    result[lane] = compute(a[lane * i] as number, b[lane * j] as number, c[lane * k] as number)
  }
}
