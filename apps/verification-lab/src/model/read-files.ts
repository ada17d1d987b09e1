import { csvParseRows } from 'd3-dsv'
import { parse as parseNpy } from 'npyjs'
import { type EmbeddingSet, numberLabels } from './embedding-set.js'

/** A file that cannot be used; the message names it and says what would be. */
export class FileError extends Error {}

/** Beyond this the pairs would not fit into the memory of a page. */
export const mostRows = 6000

/** What one file holds: embeddings, labels, or both. */
interface Content {
  readonly vectors?: { readonly values: Float32Array; readonly dimension: number }
  readonly labels?: readonly string[]
}

/**
 * Reads embeddings and labels from files, all of them together:
 * `.npy`, two axes: embeddings, one axis: labels; `.csv`: a label and then numbers in each line, or labels alone; `.json`:
 * `{ "embeddings": [[…], …], "labels": […] }`, or one of the two.
 *
 * @throws FileError.
 */
export const readFiles = async (files: readonly File[]): Promise<EmbeddingSet> => {
  const contents = await Promise.all(files.map(readFile))
  const vectors = contents.find((content) => content.vectors)?.vectors
  const labels = contents.find((content) => content.labels)?.labels
  if (vectors === undefined) throw new FileError('There are no embeddings in these files.')
  if (labels === undefined) {
    throw new FileError(
      'There are no labels in these files: drop a second file with one label a row.',
    )
  }
  const { values, dimension } = vectors
  const rows = values.length / dimension
  if (rows !== labels.length) {
    throw new FileError(`There are ${rows} embeddings but ${labels.length} labels.`)
  }
  if (rows > mostRows) throw new FileError(`${rows} rows are too many here; at most ${mostRows}.`)
  const title = files.map(({ name }) => name).join(' + ')
  return { title, embeddings: values, dimension, ...numberLabels(labels) }
}

const readFile = async (file: File): Promise<Content> => {
  const read = readers[file.name.toLowerCase().split('.').at(-1) ?? '']
  if (read === undefined) {
    throw new FileError(
      `${file.name} is of an unknown kind; known: ${Object.keys(readers).join(', ')}.`,
    )
  }
  try {
    return read(await file.arrayBuffer())
  } catch (error) {
    throw new FileError(`${file.name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const text = (bytes: ArrayBuffer): string => new TextDecoder().decode(bytes)

/** Rows of numbers as one array. */
const vectorsOf = (rows: readonly (readonly unknown[])[]): NonNullable<Content['vectors']> => {
  const dimension = rows[0]?.length ?? 0
  if (dimension === 0) throw new FileError('the first row has no numbers')
  const values = new Float32Array(rows.length * dimension)
  for (const [i, row] of rows.entries()) {
    if (!Array.isArray(row) || row.length !== dimension) {
      throw new FileError(`row ${i + 1} does not have ${dimension} numbers like the first`)
    }
    for (const [k, cell] of row.entries()) {
      const value = typeof cell === 'string' && cell.trim() !== '' ? Number(cell) : cell
      if (typeof value !== 'number' || !Number.isFinite(value)) {
        throw new FileError(`row ${i + 1} has ${JSON.stringify(cell)} where a number should be`)
      }
      values[i * dimension + k] = value
    }
  }
  return { values, dimension }
}

const isNumber = (cell: string | undefined): boolean =>
  cell !== undefined && cell.trim() !== '' && Number.isFinite(Number(cell))

const readCsv = (bytes: ArrayBuffer): Content => {
  const all = csvParseRows(text(bytes)).filter((row) => row.some((cell) => cell.trim() !== ''))
  if (all[0]?.length === 1) return { labels: all.map(([label = '']) => label.trim()) }
  // A first line without numbers names the columns.
  const rows = isNumber(all[0]?.at(-1)) ? all : all.slice(1)
  return {
    labels: rows.map(([label = '']) => label.trim()),
    vectors: vectorsOf(rows.map((row) => row.slice(1))),
  }
}

const readJson = (bytes: ArrayBuffer): Content => {
  const data: unknown = JSON.parse(text(bytes))
  if (typeof data !== 'object' || data === null) throw new FileError('is not an object')
  const { embeddings, labels } = data as { embeddings?: unknown; labels?: unknown }
  if (embeddings !== undefined && !Array.isArray(embeddings)) {
    throw new FileError('"embeddings" is not a list of rows')
  }
  if (labels !== undefined && !Array.isArray(labels)) throw new FileError('"labels" is not a list')
  return {
    ...(embeddings && { vectors: vectorsOf(embeddings) }),
    ...(labels && { labels: labels.map(String) }),
  }
}

const readNpy = (bytes: ArrayBuffer): Content => {
  const { data, shape, fortranOrder } = parseNpy(bytes)
  if (!('length' in data)) throw new FileError('holds no numbers')
  const values = Array.from(data as unknown as ArrayLike<number | bigint>, Number)
  if (shape.length === 1) return { labels: values.map(String) }
  const [rows = 0, dimension = 0] = shape
  if (shape.length !== 2) throw new FileError('has neither one nor two axes')
  const at = (row: number, k: number): number | undefined =>
    values[fortranOrder ? k * rows + row : row * dimension + k]
  return {
    vectors: vectorsOf(
      Array.from({ length: rows }, (_, row) =>
        Array.from({ length: dimension }, (_, k) => at(row, k)),
      ),
    ),
  }
}

const readers: Readonly<Record<string, (bytes: ArrayBuffer) => Content>> = {
  npy: readNpy,
  csv: readCsv,
  json: readJson,
}
