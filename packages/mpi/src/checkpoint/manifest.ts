import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Loss } from '@arcmargin/core'
import type { LossState } from '@arcmargin/core/head'
import type { StoredArray } from '@arcmargin/wasm'
import { CheckpointError } from '../errors.js'

/** Name and version of the format. */
export const schema = 'arcmargin-checkpoint/1'

/** Written last: what it names is whole. */
export const manifestName = 'manifest.json'

/** What a checkpoint consists of. */
export interface Manifest {
  readonly schema: typeof schema
  /** The loss as data. */
  readonly loss: Loss
  readonly classes: number
  readonly dimension: number
  readonly subCenters: number
  /** Steps of the optimiser. */
  readonly steps: number
  readonly state?: LossState
  /** One for each process that wrote it, in the order of their classes. */
  readonly slices: readonly SavedSlice[]
}

/** The files of one process: float32, little-endian, [count, K, D]. */
export interface SavedSlice {
  readonly first: number
  readonly count: number
  readonly files: Readonly<Partial<Record<StoredArray, string>>>
}

/** A head as far as checkpoints are concerned. */
export interface HeadShape {
  readonly loss: Loss
  readonly classes: number
  readonly dimension: number
  readonly subCenters: number
  /** First class of this process. */
  readonly first: number
  /** Classes of this process. */
  readonly count: number
}

/** Classes that pass through memory at a time, of that many values each. */
export const blockOf = (valuesOfAClass: number): number =>
  Math.max(1, Math.floor((1 << 22) / valuesOfAClass))

/**
 * Reads the manifest of a checkpoint of this head.
 *
 * @throws CheckpointError where there is none, or it is of another head.
 */
export const readManifest = async (folder: string, head: HeadShape): Promise<Manifest> => {
  const file = join(folder, manifestName)
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new CheckpointError(file, 'there is no checkpoint here', cause)
  })
  let manifest: Manifest
  try {
    manifest = JSON.parse(text) as Manifest
  } catch (cause) {
    throw new CheckpointError(file, 'is not JSON', cause)
  }
  if (manifest.schema !== schema) throw new CheckpointError(file, `is not ${schema}`)
  for (const name of ['classes', 'dimension', 'subCenters'] as const) {
    if (manifest[name] === head[name]) continue
    throw new CheckpointError(file, `${name} is ${manifest[name]}, the head's is ${head[name]}`)
  }
  if (JSON.stringify(manifest.loss) !== JSON.stringify(head.loss)) {
    const theirs = manifest.loss.definition?.name
    throw new CheckpointError(file, `the loss is another one (${theirs}), or has other parameters`)
  }
  return manifest
}
