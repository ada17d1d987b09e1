import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

/** An import of a package: its name, perhaps with a scope and a path. */
const imports = /(?:\bfrom|\bimport)\s*["']((?:@[\w.-]+\/)?\w[\w.-]*(?:\/[\w./-]+)?)["']/g

/** Names of packages that a text imports; those of Node have a colon. */
const namesIn = (text: string): string[] => [...text.matchAll(imports)].map(([, name = '']) => name)

/** Texts of the ES modules of a published package; its command line is none of a page's. */
const modulesOf = (dist: string): string[] =>
  readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js') && !file.startsWith('cli'))
    .map((file) => readFileSync(join(dist, file), 'utf8'))

/**
 * A page without a build, as paths and texts: this project's published files as they are, found by an import map. Libraries of others
 * come as ES modules, as the networks that serve npm's packages make them.
 */
export const plainPage = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const scope = join(folder, 'node_modules/@arcmargin')
  const program = readFileSync(join(folder, 'page.js'), 'utf8')
  const published = readdirSync(scope).flatMap((name) => modulesOf(join(scope, name, 'dist')))
  const names = [...new Set([program, ...published].flatMap(namesIn))]
  const isOurs = (name: string): boolean => name.startsWith('@arcmargin/')

  const theirs = names.filter((name) => !isOurs(name))
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: theirs.map((name, index) => ({ in: name, out: `library${index}` })),
    outdir: 'libraries',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'error',
  })
  const libraries = outputFiles.map(
    ({ path, text }) => [`/libraries/${basename(path)}`, text] as const,
  )
  const entryOf = (specifier: string): string => {
    const [, name = '', ...path] = specifier.split('/')
    const { exports } = JSON.parse(readFileSync(join(scope, name, 'package.json'), 'utf8'))
    const file = exports[['.', ...path].join('/')].import.default
    return join('/node_modules/@arcmargin', name, file)
  }
  const map = Object.fromEntries([
    ...theirs.map((name, index) => [name, `/libraries/library${index}.js`]),
    ...names.filter(isOurs).map((name) => [name, entryOf(name)]),
  ])
  const html = [
    '<!doctype html><link rel="icon" href="data:,"><title>plain</title>',
    `<script type="importmap">${JSON.stringify({ imports: map })}</script>`,
    '<script type="module" src="/page.js"></script>',
  ].join('\n')
  return new Map([...libraries, ['/plain.html', html]])
}
