import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root folder of the repository. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** Folders that nobody writes by hand. */
const generated = new Set([
  '.cache',
  '.git',
  '.turbo',
  'coverage',
  'dist',
  'node_modules',
  'reports',
])

const walk = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (generated.has(entry.name)) return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? walk(path) : [relative(root, path).replaceAll('\\', '/')]
  })

/** Every file that is written by hand, as a path from the root, in order. */
export const files: readonly string[] = walk(root).sort()

/** The text of a file. */
export const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** What the checks need of a package.json. */
export interface Manifest {
  readonly name: string
  readonly version?: string
  readonly private?: boolean
  readonly type?: string
  readonly license?: string
  readonly packageManager?: string
  readonly keywords?: readonly string[]
  readonly engines?: Readonly<Record<string, string>>
  readonly sideEffects?: boolean | readonly string[]
  readonly files?: readonly string[]
  readonly publishConfig?: Readonly<Record<string, unknown>>
  readonly workspaces?: readonly string[]
  readonly repository?: { readonly directory?: string }
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** A folder with a package.json, other than the root. */
export interface Workspace {
  readonly folder: string
  readonly manifest: Manifest
}

/** The package.json of a folder. */
export const manifestOf = (folder: string): Manifest =>
  JSON.parse(read(folder === '' ? 'package.json' : `${folder}/package.json`))

/** Every workspace of the repository. */
export const workspaces: readonly Workspace[] = files
  .filter((path) => /^((packages|apps)\/[^/]+|benchmarks|release)\/package\.json$/.test(path))
  .map((path) => path.replace('/package.json', ''))
  .map((folder) => ({ folder, manifest: manifestOf(folder) }))
