import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { StoredArray } from '@arcmargin/wasm'
import { CheckpointError } from '../errors.js'
import {
  blockOf,
  type HeadShape,
  type Manifest,
  readManifest,
  type SavedSlice,
} from './manifest.js'
import type { SliceStore } from './store.js'

const bytes = Float32Array.BYTES_PER_ELEMENT

/** Copies the classes that a saved slice and this process have in common. */
const readSlice = async (
  handle: FileHandle,
  array: StoredArray,
  saved: SavedSlice,
  head: HeadShape,
  store: SliceStore,
): Promise<void> => {
  const size = head.subCenters * head.dimension
  const last = Math.min(saved.first + saved.count, head.first + head.count)
  const block = blockOf(size)
  for (let label = Math.max(saved.first, head.first); label < last; label += block) {
    const values = new Float32Array(Math.min(block, last - label) * size)
    await handle.read(
      new Uint8Array(values.buffer),
      0,
      values.byteLength,
      (label - saved.first) * size * bytes,
    )
    await store.write(array, label - head.first, values)
  }
}

/**
 * Reads this process's classes out of a checkpoint of any number of processes.
 *
 * @param arrays what the head has.
 * @returns the manifest, for what is the same everywhere.
 * @throws CheckpointError; every file is checked before any value is changed.
 */
export const loadCheckpoint = async (
  folder: string,
  head: HeadShape,
  store: SliceStore,
  arrays: readonly StoredArray[],
): Promise<Manifest> => {
  const manifest = await readManifest(folder, head)
  const opened: { array: StoredArray; saved: SavedSlice; handle: FileHandle }[] = []
  try {
    for (const saved of manifest.slices) {
      if (saved.first >= head.first + head.count || saved.first + saved.count <= head.first)
        continue
      for (const array of arrays)
        opened.push({ array, saved, handle: await openArray(folder, array, saved, head) })
    }
    for (const { array, saved, handle } of opened)
      await readSlice(handle, array, saved, head, store)
  } finally {
    await Promise.all(opened.map(({ handle }) => handle.close()))
  }
  return manifest
}

const openArray = async (
  folder: string,
  array: StoredArray,
  saved: SavedSlice,
  head: HeadShape,
): Promise<FileHandle> => {
  const name = saved.files[array]
  if (name === undefined) {
    throw new CheckpointError(folder, `holds no ${array}: it was saved without that optimiser`)
  }
  const file = join(folder, name)
  const handle = await open(file, 'r').catch((cause) => {
    throw new CheckpointError(file, 'cannot be opened', cause)
  })
  const wanted = saved.count * head.subCenters * head.dimension * bytes
  const { size } = await handle.stat()
  if (size === wanted) return handle
  await handle.close()
  throw new CheckpointError(file, `has ${size} bytes, ${wanted} are wanted`)
}
