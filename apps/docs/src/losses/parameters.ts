import type { Parameter } from '@arcmargin/core'
import { formulaLatex, symbol } from './formulas.js'

const range = ({ minimum, maximum, above, integer }: Parameter): string => {
  const number = (value: number): string =>
    value === Math.PI ? 'π' : String(Number(value.toFixed(4)))
  const low = above === undefined ? minimum : above
  const open = above === undefined ? '[' : '('
  if (low === undefined && maximum === undefined) return 'any number'
  const words = `${low === undefined ? '(−∞' : `${open}${number(low)}`}, ${maximum === undefined ? '∞)' : `${number(maximum)}]`}`
  return integer ? `whole, ${words}` : words
}

const parameterRow = ([name, parameter]: [string, Parameter]): string => {
  const { default: initial, unit = '', source = '', scope, learnable } = parameter
  const value =
    initial === undefined
      ? 'none: give it'
      : typeof initial === 'string'
        ? `$${formulaLatex(initial)}$`
        : String(Number(initial.toFixed(6)))
  const notes = [scope === 'perClass' ? 'a value for each class' : '', learnable ? 'learned' : '']
  const kind = [unit, ...notes].filter(Boolean).join(', ')
  return `| \`${name}\` $${symbol(name)}$ | ${kind} | ${range(parameter)} | ${value} | ${source} |`
}

/** The parameters of a definition: units, ranges, defaults and whose they are. */
export const parameterTable = (parameters: Readonly<Record<string, Parameter>>): string => {
  const rows = Object.entries(parameters)
  if (rows.length === 0) return 'None.'
  const head = '| parameter | unit | range | default | whose default |\n|---|---|---|---|---|'
  return [head, ...rows.map(parameterRow)].join('\n')
}
