import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a release needs of a package.json. */
interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
}

/** A package that is published, and where it lies. */
export interface PublicPackage {
  readonly name: string
  readonly version: string
  readonly folder: string
  readonly dependencies: readonly string[]
}

/** Every public package of a checkout, each after those that it depends on. */
export const publicPackages = (checkout: string): PublicPackage[] => {
  const folder = join(checkout, 'packages')
  const found = readdirSync(folder)
    .map((name): PublicPackage & { readonly hidden: boolean } => {
      const path = join(folder, name)
      const manifest: Manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
      const dependencies = Object.keys(manifest.dependencies ?? {})
      const { version, private: hidden = false } = manifest
      return { name: manifest.name, version, folder: path, dependencies, hidden }
    })
    .filter(({ hidden }) => !hidden)
  const ordered: PublicPackage[] = []
  const visit = (one: PublicPackage): void => {
    if (ordered.includes(one)) return
    for (const other of found) if (one.dependencies.includes(other.name)) visit(other)
    ordered.push(one)
  }
  for (const one of found) visit(one)
  return ordered
}
