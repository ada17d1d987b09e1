import { ParameterError } from '@arcmargin/core'
import type { Dim } from '../graph/value.js'

/** The sizes of a head and how its classes are cut into blocks. */
export interface HeadShape {
  /** D. */
  readonly dimension: number
  /** K. */
  readonly subCenters: number
  /** C, or its name in the graph. */
  readonly classes: Dim
  /** Classes in a block. */
  readonly block: number
  /** Number of blocks. */
  readonly blocks: Dim
  /** Whether the last block is filled up with classes of zeros. */
  readonly padded: boolean
  /** Whether the products of a block are kept from pass to pass. */
  readonly keep: boolean
}

/** Classes in a block, where nothing speaks for another number: its products stay in a core's cache. */
const usual = 2048
const unknown = 1024

/** Bytes of products that are kept between the passes. */
const keptBytes = 1 << 26

/** A divisor of the class count within a factor 2 of the usual size, nearest to it; else parts of nearly equal size. */
const blockOf = (classes: number): number => {
  if (classes <= usual) return classes
  const sizes = Array.from({ length: 1.5 * usual }, (_, i) => i + usual / 2)
  const divisors = sizes.filter((size) => classes % size === 0)
  const distance = (size: number): number => Math.abs(Math.log(size / usual))
  const [best] = divisors.sort((a, b) => distance(a) - distance(b))
  return best ?? Math.ceil(classes / Math.ceil(classes / usual))
}

const checkCount = (argument: string, value: number | undefined): void => {
  if (value === undefined || (Number.isInteger(value) && value > 0)) return
  throw new ParameterError('is out of range', {
    argument,
    value,
    allowed: 'a whole number above 0',
  })
}

/** What the shape follows from. */
export interface ShapeOptions {
  readonly dimension: number
  readonly classes?: number
  readonly subCenters?: number
  readonly blockSize?: number
  readonly keepLogits?: 'auto' | boolean
  readonly rows?: number
}

/**
 * Checks the sizes and cuts the classes into blocks.
 *
 * @throws ParameterError for a size that is no whole number above 0.
 */
export const headShape = (options: ShapeOptions): HeadShape => {
  const { dimension, classes, subCenters = 1, blockSize, keepLogits = 'auto', rows = 128 } = options
  checkCount('dimension', dimension)
  checkCount('classes', classes)
  checkCount('subCenters', subCenters)
  checkCount('blockSize', blockSize)
  checkCount('rows', rows)
  if (!['auto', true, false].includes(keepLogits)) {
    throw new ParameterError('is unknown', {
      argument: 'keepLogits',
      value: keepLogits,
      allowed: 'auto, true, false',
    })
  }
  if (classes === undefined) {
    const block = blockSize ?? unknown
    const keep = keepLogits === true
    return {
      dimension,
      subCenters,
      classes: 'classes',
      block,
      blocks: 'blocks',
      padded: true,
      keep,
    }
  }
  const block = Math.min(blockSize ?? blockOf(classes), classes)
  const blocks = Math.ceil(classes / block)
  const fits = rows * classes * subCenters * 4 <= keptBytes
  const keep = keepLogits === 'auto' ? fits : keepLogits
  return { dimension, subCenters, classes, block, blocks, padded: blocks * block > classes, keep }
}
