import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { collectionVersion, findIcon, readCollection, toSvg } from './collections.js'
import { licenceNotices } from './notices.js'
import { renderPicture } from './render.js'
import { pictureLength, pictureSize } from './size.js'
import { allEmoji, vendors } from './split.js'

/** Pictures side by side on the sheet; a browser's canvas stays below its limits with it. */
const columns = 64

/** Bump when rendering or tiling changes, so that older sheets are not taken for this one. */
const recipe = 1

/**
 * Reads the sheet of all emoji by all vendors, building and caching it first where needed.
 *
 * @param cache folder of the cache; the sheet lies in a folder of its own in there, with its licence notices.
 * @param onProgress told how much of the building is done, from 0 to 1; not called when the sheet is cached.
 * @returns 32×32 RGB bytes of every picture; picture = emoji × vendors + vendor, in shared memory.
 */
export const loadSheet = async (
  cache: string,
  onProgress: (done: number) => void = () => {},
  signal?: AbortSignal,
): Promise<Uint8Array> => {
  const folder = join(cache, `emoji-sheet-${await contentKey()}`)
  const file = join(folder, 'sheet.png')
  const cached = await readFile(file).catch(() => undefined)
  if (cached !== undefined) return untile(cached)
  const pictures = await drawAll(onProgress, signal)
  await mkdir(cache, { recursive: true })
  // Written aside and moved as a whole: a half-built cache is never seen.
  const temporary = await mkdtemp(join(cache, 'building-'))
  try {
    await writeFile(join(temporary, 'sheet.png'), await tile(pictures))
    await writeFile(join(temporary, 'LICENCES.md'), await licenceNotices())
    // Temporary folders are private; a cache need not be.
    await chmod(temporary, 0o755)
    signal?.throwIfAborted()
    await rename(temporary, folder).catch(async (error: unknown) => {
      // Another run may have finished the same sheet first.
      if ((await readFile(file).catch(() => undefined)) === undefined) throw error
    })
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
  return pictures
}

/** Same packages, same split and same recipe give the same sheet. */
const contentKey = async (): Promise<string> => {
  const versions = await Promise.all(vendors.map(collectionVersion))
  const content = JSON.stringify({ recipe, vendors, versions, allEmoji })
  return createHash('sha256').update(content).digest('hex').slice(0, 12)
}

const shared = (length: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(length))

const drawAll = async (
  onProgress: (done: number) => void,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> => {
  const pictures = shared(allEmoji.length * vendors.length * pictureLength)
  for (const [v, vendor] of vendors.entries()) {
    const collection = await readCollection(vendor)
    for (let start = 0; start < allEmoji.length; start += columns) {
      signal?.throwIfAborted()
      const names = allEmoji.slice(start, start + columns)
      const drawn = await Promise.all(
        names.map((name) =>
          renderPicture(toSvg(collection, findIcon(collection, name), pictureSize * 2)),
        ),
      )
      for (const [i, picture] of drawn.entries()) {
        pictures.set(picture, ((start + i) * vendors.length + v) * pictureLength)
      }
      onProgress((v + (start + names.length) / allEmoji.length) / vendors.length)
    }
  }
  return pictures
}

/** Copies rows of pixels between the list of pictures and the tiled sheet. */
const eachRow = (count: number, copy: (inList: number, onSheet: number) => void): void => {
  const row = pictureSize * 3
  for (let picture = 0; picture < count; picture++) {
    const left = (picture % columns) * row
    const top = Math.floor(picture / columns) * pictureSize
    for (let y = 0; y < pictureSize; y++) {
      copy(picture * pictureLength + y * row, (top + y) * columns * row + left)
    }
  }
}

const tile = async (pictures: Uint8Array): Promise<Buffer> => {
  const count = pictures.length / pictureLength
  const height = Math.ceil(count / columns) * pictureSize
  const sheet = new Uint8Array(columns * pictureSize * 3 * height).fill(255)
  eachRow(count, (inList, onSheet) => {
    sheet.set(pictures.subarray(inList, inList + pictureSize * 3), onSheet)
  })
  const raw = { width: columns * pictureSize, height, channels: 3 as const }
  return sharp(sheet, { raw }).png({ compressionLevel: 9 }).toBuffer()
}

const untile = async (png: Buffer): Promise<Uint8Array> => {
  const sheet = await sharp(png).removeAlpha().raw().toBuffer()
  const count = allEmoji.length * vendors.length
  const pictures = shared(count * pictureLength)
  eachRow(count, (inList, onSheet) => {
    pictures.set(sheet.subarray(onSheet, onSheet + pictureSize * 3), inList)
  })
  return pictures
}
