import { parse } from '@arcmargin/core'
import { latex } from '@arcmargin/core/latex'

/** Letters of the papers for the names of parameters and values. */
const letters: Readonly<Record<string, string>> = {
  scale: 's',
  margin: 'm',
  plainMargin: "m'",
  lowerNorm: 'l_a',
  upperNorm: 'u_a',
  lowerMargin: 'l_m',
  upperMargin: 'u_m',
  lambda: '\\lambda',
  alpha: '\\alpha',
  sigma: '\\sigma',
  momentum: '\\alpha',
  power: 't',
  bias: 'b',
  m0: 'm_0',
  m1: 'm_1',
  m2: 'm_2',
  m3: 'm_3',
  classes: 'C',
  temperature: '\\tau',
  baseTemperature: '\\tau_0',
  logit: 'z',
}

/** The names that a formula mentions; what stands before a parenthesis is a function. */
const namesIn = (formula: string): string[] => [
  ...new Set((formula.match(/[A-Za-z_]\w*\b(?!\s*\()/g) ?? []).filter((name) => name !== 'pi')),
]

/** A name in LaTeX: the papers' letter where there is one. */
export const symbol = (name: string): string =>
  letters[name] ?? (name.length > 1 ? `\\mathrm{${name}}` : name)

/** A formula's expression tree in LaTeX, in the papers' letters. */
export const formulaLatex = (formula: string): string =>
  latex(parse(formula, namesIn(formula))).replace(
    /\\mathrm\{(\w+)\}/g,
    (whole, name: string) => letters[name] ?? whole,
  )
