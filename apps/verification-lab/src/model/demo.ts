import embeddingsUrl from '../../data/embeddings.bin?url'
import set from '../../data/set.json'
import type { EmbeddingSet } from './embedding-set.js'

/** How the labels that the refined net does without were found. */
export const { refined } = set

/** Drawings of each emoji, one a vendor: columns of the sheet of pictures. */
export const vendors: readonly string[] = set.vendors

const rows = set.emoji.length * vendors.length

/** Emoji that none of the quickstart's nets was trained on, by each of its nets. */
export const loadDemo = async (): Promise<EmbeddingSet[]> => {
  const response = await fetch(embeddingsUrl)
  if (!response.ok) throw new Error(`The embeddings could not be loaded: ${response.statusText}`)
  const bytes = new Int8Array(await response.arrayBuffer())
  const length = rows * set.dimension
  const labels = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / vendors.length))
  const names = set.emoji.map((name) => name.replaceAll('-', ' '))
  return set.nets.map(({ title }, net) => ({
    title,
    embeddings: Float32Array.from(bytes.subarray(net * length, (net + 1) * length)),
    dimension: set.dimension,
    labels,
    names,
  }))
}
