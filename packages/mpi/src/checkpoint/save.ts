import { mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LossState } from '@arcmargin/core/head'
import type { StoredArray } from '@arcmargin/wasm'
import type { Collective } from '../collective/collective.js'
import { agree } from '../head/agree.js'
import { sliceOf } from '../head/slice.js'
import { blockOf, type HeadShape, type Manifest, manifestName, schema } from './manifest.js'
import type { SliceStore } from './store.js'

/** A head that can be saved. */
interface Saved extends HeadShape {
  readonly arrays: readonly StoredArray[]
  readonly steps: number
  readonly state: LossState | undefined
}

const fileOf = (array: StoredArray, tag: string, rank: number): string =>
  `${array}-${tag}-${rank}.f32`

/** Writes a file whole or not at all. */
const writeArray = async (
  file: string,
  head: Saved,
  store: SliceStore,
  array: StoredArray,
): Promise<void> => {
  const block = blockOf(head.subCenters * head.dimension)
  const handle = await open(`${file}.part`, 'w')
  try {
    for (let first = 0; first < head.count; first += block) {
      const values = await store.read(array, first, Math.min(block, head.count - first))
      await handle.writeFile(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${file}.part`, file)
}

/** Removes what no manifest names any more. */
const tidy = async (folder: string, tag: string): Promise<void> => {
  for (const name of await readdir(folder)) {
    const isOurs = /^(weights|momentum|secondMoment)-.+\.f32(\.part)?$/.test(name)
    if (isOurs && !name.includes(`-${tag}-`)) await rm(join(folder, name), { force: true })
  }
}

/** Writes a checkpoint: slices first, the manifest in their place of the old one last. */
export const saveCheckpoint = async (
  folder: string,
  head: Saved,
  store: SliceStore,
  collective: Collective,
): Promise<void> => {
  const { rank, size } = collective
  const stamp = Float64Array.of(Date.now())
  collective.broadcast(stamp)
  const tag = `${head.steps}-${(stamp[0] as number).toString(36)}`
  await agree(collective, async () => {
    await mkdir(folder, { recursive: true })
    for (const array of head.arrays) {
      await writeArray(join(folder, fileOf(array, tag, rank)), head, store, array)
    }
  })
  await agree(collective, async () => {
    if (rank !== 0) return
    const slices = Array.from({ length: size }, (_, each) => ({
      ...sliceOf(head.classes, { rank: each, size }),
      files: Object.fromEntries(head.arrays.map((array) => [array, fileOf(array, tag, each)])),
    }))
    const { loss, classes, dimension, subCenters, steps, state } = head
    const shape = { classes, dimension, subCenters, steps, ...(state && { state }) }
    const manifest: Manifest = { schema, loss, ...shape, slices }
    const file = join(folder, manifestName)
    await writeFile(`${file}.part`, `${JSON.stringify(manifest, undefined, 2)}\n`, { flush: true })
    await rename(`${file}.part`, file)
    await tidy(folder, tag)
  })
}
