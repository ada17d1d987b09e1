import sharp from 'sharp'
import { findIcon, readCollection, toSvg } from '../pictures/collections.js'
import { testEmoji, vendors } from '../pictures/split.js'

/** Pixels of a picture on the page: sharper than the 32 that the network sees. */
const size = 72

/** One picture of the unseen set, ready for a page. */
export interface Thumbnail {
  readonly emoji: string
  readonly vendor: string
  /** A data: address. */
  readonly source: string
}

/**
 * Draws pictures of the unseen set again, larger.
 *
 * @param rows emoji × vendors + vendor, as in the unseen set.
 */
export const drawThumbnails = async (rows: Iterable<number>): Promise<Map<number, Thumbnail>> => {
  const collections = await Promise.all(vendors.map(readCollection))
  const thumbnails = new Map<number, Thumbnail>()
  for (const row of new Set(rows)) {
    const v = row % vendors.length
    const emoji = testEmoji[Math.floor(row / vendors.length)] ?? ''
    const collection = collections[v]
    if (collection === undefined) continue
    const svg = toSvg(collection, findIcon(collection, emoji), size)
    const webp = await sharp(Buffer.from(svg))
      .flatten({ background: 'white' })
      .webp({ quality: 82 })
      .toBuffer()
    const source = `data:image/webp;base64,${webp.toString('base64')}`
    thumbnails.set(row, { emoji: emoji.replaceAll('-', ' '), vendor: vendors[v] ?? '', source })
  }
  return thumbnails
}
