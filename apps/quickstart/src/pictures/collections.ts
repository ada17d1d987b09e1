import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

/** The part of an Iconify collection that this app reads. */
export interface Collection {
  readonly width?: number
  readonly height?: number
  readonly icons: Readonly<Record<string, Icon>>
  readonly aliases?: Readonly<Record<string, Alias>>
}

/** An SVG body, with a box of its own where it differs from the collection's. */
export interface Icon {
  readonly body: string
  readonly left?: number
  readonly top?: number
  readonly width?: number
  readonly height?: number
}

interface Alias {
  readonly parent: string
  readonly rotate?: number
  readonly hFlip?: boolean
  readonly vFlip?: boolean
}

/** Who drew a collection, and under which licence. */
export interface CollectionInfo {
  readonly name: string
  readonly author: { readonly name: string; readonly url: string }
  readonly license: { readonly title: string; readonly spdx: string; readonly url: string }
}

const require = createRequire(import.meta.url)

const readPackageFile = async <T>(vendor: string, file: string): Promise<T> =>
  JSON.parse(await readFile(require.resolve(`@iconify-json/${vendor}/${file}`), 'utf8')) as T

/** Reads the drawings of one vendor from its npm package. */
export const readCollection = (vendor: string): Promise<Collection> =>
  readPackageFile(vendor, 'icons.json')

/** Reads author and licence of one vendor's npm package. */
export const readCollectionInfo = (vendor: string): Promise<CollectionInfo> =>
  readPackageFile(vendor, 'info.json')

/** The installed version of one vendor's npm package. */
export const collectionVersion = async (vendor: string): Promise<string> =>
  (await readPackageFile<{ readonly version: string }>(vendor, 'package.json')).version

/**
 * Finds an icon by name, through aliases that only rename.
 *
 * @throws Error where the name is unknown or its alias turns the drawing.
 */
export const findIcon = (collection: Collection, name: string): Icon => {
  let current = name
  for (let hops = 0; hops < 8; hops++) {
    const icon = collection.icons[current]
    if (icon !== undefined) return icon
    const alias = collection.aliases?.[current]
    if (alias === undefined || alias.rotate || alias.hFlip || alias.vFlip) break
    current = alias.parent
  }
  throw new Error(`No drawing of “${name}” in this collection`)
}

/** Wraps an icon's body into a stand-alone SVG document of `size` × `size` pixels. */
export const toSvg = (collection: Collection, icon: Icon, size: number): string => {
  const width = icon.width ?? collection.width ?? 16
  const height = icon.height ?? collection.height ?? 16
  const box = `${icon.left ?? 0} ${icon.top ?? 0} ${width} ${height}`
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ' +
    `width="${size}" height="${size}" viewBox="${box}">${icon.body}</svg>`
  )
}
