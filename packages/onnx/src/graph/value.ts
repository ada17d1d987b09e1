import type { DataType } from '../proto/data-type.js'

/** A length, or the name of one that is known only when the graph runs. */
export type Dim = number | string

/** The element types that the exported graphs use. */
export type ElementType = Extract<DataType, 'float' | 'float16' | 'int32' | 'int64' | 'bool'>

/** What flows along an edge of a graph: its name there, its element type and its shape. */
export interface Value {
  readonly name: string
  readonly type: ElementType
  readonly shape: readonly Dim[]
}

/** A value, or a number that becomes a constant of the other operand's type. */
export type Operand = Value | number

/** The shape of an elementwise operation, by ONNX's rules of broadcasting. */
export const broadcast = (shapes: readonly (readonly Dim[])[]): readonly Dim[] => {
  const rank = Math.max(...shapes.map(({ length }) => length))
  return Array.from({ length: rank }, (_, axis) =>
    shapes.reduce<Dim>((known, shape) => {
      const dim = shape[axis - rank + shape.length] ?? 1
      if (known === 1 || known === dim) return dim
      if (dim === 1) return known
      throw new Error(`shapes [${shapes.join('] and [')}] do not broadcast`)
    }, 1),
  )
}
