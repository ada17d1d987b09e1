import type { Operation } from '../expression/node.js'

/** What shading languages write differently: everything that has to do with conditions. */
type Conditional = Extract<Operation, 'lt' | 'le' | 'gt' | 'ge' | 'select'>

/**
 * A shading language with C's arithmetic. Beside `abs`, `floor`, `max`, `min` and `sqrt`, which are taken from the language, the
 * emitted text calls `cosine`, `exponential`, `ln`, `power`, `sigmoid`, `sine` and `softplus`: whoever runs it defines these, with
 * an exactness that he knows.
 */
export interface ShaderLanguage {
  /** Comparisons of two texts, and the choice between the second and the third text by the first. What was not chosen must go nowhere, NaN included. */
  readonly conditions: Readonly<
    Record<Conditional, (first: string, second: string, third: string) => string>
  >
  /** A constant that float32 holds. */
  readonly literal: (value: number) => string
  /** The statement that gives a value a name. */
  readonly declare: (name: string, code: string, isCondition: boolean) => string
}
