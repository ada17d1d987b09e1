/**
 * `npm run embeddings`: trains the nets of the verification lab and writes what the lab shows into its folder: embeddings of
 * the unseen emoji, their pictures, and the notices of the pictures' licences.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { embeddingLength, prepareBackend } from '../net/backbone.js'
import { cacheFolder } from '../paths.js'
import { licenceNotices } from '../pictures/notices.js'
import { loadSheet } from '../pictures/sheet.js'
import { pictureLength, pictureSize } from '../pictures/size.js'
import { testEmoji, testRange, vendors } from '../pictures/split.js'
import { prepareBenchmark } from '../run.js'
import { trainNets } from './nets.js'

const seed = 0
const epochs = 12
const folder = fileURLToPath(new URL('../../../verification-lab/data', import.meta.url))

/** Rows as signed bytes, each row stretched to ±127: cosines need no scale. */
const toBytes = (embeddings: Float32Array): Uint8Array => {
  const bytes = new Int8Array(embeddings.length)
  for (let start = 0; start < embeddings.length; start += embeddingLength) {
    const row = embeddings.subarray(start, start + embeddingLength)
    const largest = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    row.forEach((value, i) => {
      bytes[start + i] = Math.round((127 * value) / largest)
    })
  }
  return new Uint8Array(bytes.buffer)
}

/** One row of pictures an emoji, one column a vendor. */
const writePictures = async (sheet: Uint8Array): Promise<void> => {
  const width = vendors.length * pictureSize
  const height = testRange.count * pictureSize
  const tiles = new Uint8Array(width * height * 3)
  for (let picture = 0; picture < testRange.count * vendors.length; picture++) {
    const from = (testRange.start * vendors.length + picture) * pictureLength
    const left = (picture % vendors.length) * pictureSize
    const top = Math.floor(picture / vendors.length) * pictureSize
    for (let y = 0; y < pictureSize; y++) {
      const line = sheet.subarray(from + y * pictureSize * 3, from + (y + 1) * pictureSize * 3)
      tiles.set(line, ((top + y) * width + left) * 3)
    }
  }
  await sharp(tiles, { raw: { width, height, channels: 3 } })
    .webp({ quality: 60, effort: 6 })
    .toFile(join(folder, 'pictures.webp'))
}

await mkdir(folder, { recursive: true })
await prepareBackend()
const sheet = await loadSheet(cacheFolder)
await writePictures(sheet)
await writeFile(join(folder, 'LICENCES.md'), await licenceNotices())
const { nets, refined } = trainNets(prepareBenchmark(sheet), seed, epochs, (title) => {
  process.stderr.write(`Training ${title} …\n`)
})
const set = {
  dimension: embeddingLength,
  vendors,
  emoji: testEmoji,
  nets: nets.map(({ key, title }) => ({ key, title })),
  refined,
}
await writeFile(join(folder, 'set.json'), `${JSON.stringify(set)}\n`)
await writeFile(
  join(folder, 'embeddings.bin'),
  Buffer.concat(nets.map((net) => toBytes(net.embeddings))),
)
process.stderr.write(`${JSON.stringify(refined)}\nWritten to ${folder}\n`)
