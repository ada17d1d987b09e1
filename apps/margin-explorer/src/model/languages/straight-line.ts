import type { Expression, Loss, Operation } from '@arcmargin/core'
import { deriveLoss } from '@arcmargin/core/backend'

/** How a language writes each operation; $a, $b and $c are the operands. */
export type Templates = Readonly<Record<Operation, string>>

/** T(θ) and dT/dθ as statements of a C-like language. */
interface StraightLine {
  /** One statement for each part, in order: every part has a name and is computed once. */
  readonly statements: readonly string[]
  /** What holds the target logit, and what its derivative. */
  readonly target: string
  readonly slope: string
}

const constant = (value: number): string =>
  Math.abs(value) === Math.PI ? `${value < 0 ? '-' : ''}Math.PI` : `${value}`

/** A negative number must not follow another minus. */
const wrapped = (text: string): string => (text.startsWith('-') ? `(${text})` : text)

/** Writes the target logit of a loss and its derivative by the angle. */
export const straightLine = (loss: Loss, templates: Templates): StraightLine => {
  const { value, slope } = deriveLoss(loss).target
  const statements: string[] = []
  const names = new Map<string, string>()
  const known = new Map<Expression, string>()

  const write = (node: Expression): string => {
    if (node.type === 'number') return constant(node.value)
    if (node.type === 'input') return node.name
    const operands = node.operands.map(nameOf)
    return templates[node.operation].replace(
      /\$[abc]/g,
      (place) => operands['$a$b$c'.indexOf(place) / 2] ?? place,
    )
  }

  /** The name that holds a node's value; numbers and inputs are their own. */
  const nameOf = (node: Expression): string => {
    if (node.type !== 'operation') return wrapped(write(node))
    let name = known.get(node)
    if (name !== undefined) return name
    const text = write(node)
    name = names.get(text)
    if (name === undefined) {
      name = `v${names.size}`
      names.set(text, name)
      statements.push(`const ${name} = ${text}`)
    }
    known.set(node, name)
    return name
  }

  return { target: nameOf(value), slope: nameOf(slope), statements }
}

/** The loss's parameters as a destructured argument with defaults. */
export const parameterList = ({ parameters }: Loss): string =>
  `{ ${Object.entries(parameters)
    .map(([name, number]) => `${name} = ${number}`)
    .join(', ')} } = {}`
