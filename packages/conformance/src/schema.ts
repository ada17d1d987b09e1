import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Nested lists of numbers as the vectors hold them. */
export type Nested = number | readonly Nested[]

/** One case of a vector file; which fields are there depends on the loss. */
export interface VectorCase {
  readonly name: string
  readonly params: Readonly<Record<string, number | string | boolean>>
  readonly D: number
  readonly K?: number
  readonly x: Nested
  readonly W: Nested
  readonly labels: readonly number[]
  readonly cos?: Nested | null
  readonly logits?: Nested | null
  readonly loss: number
  readonly loss_per_sample?: readonly number[] | null
  readonly grad_x: Nested | null
  readonly grad_W: Nested | null
  readonly state_in?: Readonly<Record<string, number>>
  readonly state_out?: Readonly<Record<string, number>>
  readonly extra_inputs?: Readonly<Record<string, Nested>>
  readonly extra_grads?: Readonly<Record<string, Nested>>
  readonly aux?: Readonly<Record<string, Nested>>
  /** Of pair losses: the second tower or views, chosen pairs or triplets by row, and terms before the mean. */
  readonly V?: number
  readonly a?: Nested
  readonly b?: Nested
  readonly indices?: readonly (readonly number[])[]
  readonly elements?: Readonly<Record<string, VectorElements>>
  readonly grad_a?: Nested
  readonly grad_b?: Nested
  readonly grad_features?: Nested
  readonly grad_scale?: number
  readonly grad_bias?: number
  /** Of `kappaface_weights` and of views. */
  readonly features?: Nested
  readonly kappa?: readonly number[]
  readonly weights?: readonly number[]
}

/** Terms before the mean, in the order of their rows: [anchor], [anchor, other] or [anchor, positive, negative]. */
export interface VectorElements {
  /** One number where there is nothing to list. */
  readonly losses: number | readonly number[]
  readonly indices: readonly (number | readonly number[])[] | null
  readonly reduction_type: 'element' | 'pos_pair' | 'neg_pair' | 'triplet' | 'already_reduced'
}

/** A file of the schema `margin-golden/1`. */
export interface VectorFile {
  readonly schema: string
  readonly loss: string
  readonly cases: readonly VectorCase[]
}

/** Where the project's own vectors lie. */
export const ownVectors: string = new URL('../vectors', import.meta.url).pathname

/** Reads every `margin-golden/1` file of a directory, by name. */
export const readVectors = (directory: string): readonly VectorFile[] => {
  const files = readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(directory, name), 'utf8')) as VectorFile)
    .filter(({ schema }) => schema === 'margin-golden/1')
  if (files.length > 0) return files
  throw new Error(`no margin-golden/1 file in ${directory}`)
}

/** All numbers of a nested list, in order; the vectors write non-finite ones as text. */
export const flatten = (nested: Nested): Float64Array =>
  Float64Array.from([nested].flat(4) as number[], Number)
