import { type Expression, inputsOf } from '@arcmargin/core'
import type { Design } from '../head/design.js'
import { inputName } from './emit.js'

/** How kernels reach the values of a step; texts of WGSL. */
export interface Access {
  /** A value of `rows`. */
  slot(name: string, row?: string): string
  /** A number of the step. */
  scalar(name: string): string
  /** A value of a table over the rows. */
  table(name: string, row?: string): string
  /** A value of a table over the columns. */
  classTable(name: string, column: string): string
  /** Classwise, one of the two parts of a class's total, of `column`. */
  total(part: 0 | 1): string
}

const indexIn = (names: readonly string[], name: string): number => {
  const index = names.indexOf(name)
  if (index < 0) throw new RangeError(`no place for ${name}`)
  return index
}

/** Places of a design's values in `rows` and `inputs`. */
export const accessTo = ({ slots, scalars, tables, classTables }: Design): Access => ({
  slot: (name, row = 'row') => `rows[${indexIn(slots, name)}u * size.padded + ${row}]`,
  scalar: (name) => `inputs[${indexIn(scalars, name)}u]`,
  table: (name, row = 'row') =>
    `inputs[${scalars.length}u + ${indexIn(tables, name)}u * size.padded + ${row}]`,
  classTable: (name, column) =>
    `inputs[${scalars.length}u + ${tables.length}u * size.padded + ${indexIn(classTables, name)}u * size.columns + ${column}]`,
  total: (part) => `totals[2u * u32(column)${part === 1 ? ' + 1u' : ''}]`,
})

/** How class weights lie in their buffers: kinds of their bindings, and how values become float32 and go back. */
export const weightAccess = ({
  half,
}: Design): {
  /** Of vectors of four. */
  readonly kind: 'half' | 'vec4'
  /** Of runs of so many vectors of four. */
  runs(width: number): `${'half' | 'vec4'}[${number}]`
  load(index: string): string
  /** A vector of four, as float32. */
  widen(value: string): string
  /** A vector of four to be stored. */
  narrow(value: string): string
} => {
  const kind = half ? 'half' : 'vec4'
  const widen = (value: string): string => (half ? `vec4<f32>(${value})` : value)
  return {
    kind,
    runs: (width) => `${kind}[${width}]`,
    load: (index) => widen(`weights[${index}]`),
    widen,
    narrow: (value) => (half ? `vec4<f16>(${value})` : value),
  }
}

/** Inputs that a row has from its target, which a lane has from its class. */
const classInputs: Readonly<Record<string, string>> = {
  cosTheta: 'laneCosine',
  sinTheta: 'laneSine',
  theta: 'laneAngle',
  weightNorm: 'laneNorm',
}

/**
 * Declares the inputs of formulas.
 *
 * @param at `row`: a sample with its target (variables `row`, `column`); `lane`: a sample against another class (`row`, `column`
 *   and `laneCosine`, ...); `step`: what all samples share.
 * @param access how values are reached.
 */
export const declareInputs = (
  design: Design,
  formulas: readonly Expression[],
  at: 'row' | 'lane' | 'step',
  { slot, scalar, table, classTable }: Access = accessTo(design),
): string => {
  const { slots, tables, classTables } = design
  const textOf = (name: string): string => {
    if (at === 'lane' && classInputs[name]) return classInputs[name]
    if (slots.includes(`state ${name}`)) return slot(`state ${name}`, '0u')
    if (slots.includes(`batch ${name}`)) return slot(`batch ${name}`, '0u')
    if (classTables.includes(name)) return classTable(name, 'u32(max(column, 0))')
    if (tables.includes(name)) return table(name)
    for (const kind of ['row', 'draw', 'negative']) {
      if (slots.includes(`${kind} ${name}`)) return slot(`${kind} ${name}`)
    }
    return slots.includes(name) && !design.scalars.includes(name) ? slot(name) : scalar(name)
  }
  const names = new Set(formulas.flatMap((formula) => [...inputsOf(formula)]))
  return [...names].map((name) => `let ${inputName(name)} = ${textOf(name)};`).join('\n')
}
