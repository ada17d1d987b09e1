import { deriveLoss, type Expression, type Loss, type Operation } from '@arcmargin/core'

/** How each operation is written in JavaScript; $a, $b and $c are the operands. */
const templates: Readonly<Record<Operation, string>> = {
  negate: '-$a',
  add: '$a + $b',
  subtract: '$a - $b',
  multiply: '$a * $b',
  divide: '$a / $b',
  power: 'Math.pow($a, $b)',
  exp: 'Math.exp($a)',
  log: 'Math.log($a)',
  sqrt: 'Math.sqrt($a)',
  cos: 'Math.cos($a)',
  sin: 'Math.sin($a)',
  abs: 'Math.abs($a)',
  floor: 'Math.floor($a)',
  sigmoid: '1 / (1 + Math.exp(-$a))',
  softplus: 'Math.max($a, 0) + Math.log1p(Math.exp(-Math.abs($a)))',
  min: 'Math.min($a, $b)',
  max: 'Math.max($a, $b)',
  clamp: 'Math.min(Math.max($a, $b), $c)',
  select: '$a ? $b : $c',
  lt: '$a < $b',
  le: '$a <= $b',
  gt: '$a > $b',
  ge: '$a >= $b',
  stopGradient: '$a',
}

const constant = (value: number): string =>
  Math.abs(value) === Math.PI ? `${value < 0 ? '-' : ''}Math.PI` : `${value}`

/** A function of the angle as straight-line JavaScript: every part has a name and is computed once. */
export const javascriptOf = (loss: Loss): string => {
  const { value, slope } = deriveLoss(loss).target
  const lines: string[] = []
  const names = new Map<string, string>()
  const known = new Map<Expression, string>()

  const write = (node: Expression): string => {
    if (node.type === 'number') return constant(node.value)
    if (node.type === 'input') return node.name
    const { operation } = node
    const operands = node.operands.map(nameOf)
    return templates[operation].replace(
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
      lines.push(`  const ${name} = ${text}`)
    }
    known.set(node, name)
    return name
  }

  const results = `  return { target: ${nameOf(value)}, slope: ${nameOf(slope)} }`
  const parameters = Object.entries(loss.parameters).map(([name, number]) => `${name} = ${number}`)
  return [
    '// T(θ) and dT/dθ. θ in radians.',
    `const targetLogit = (theta, { ${parameters.join(', ')} } = {}) => {`,
    '  const cosTheta = Math.cos(theta)',
    '  const sinTheta = Math.sin(theta)',
    ...lines,
    results,
    '}',
  ].join('\n')
}

/** A negative number must not follow another minus. */
const wrapped = (text: string): string => (text.startsWith('-') ? `(${text})` : text)
