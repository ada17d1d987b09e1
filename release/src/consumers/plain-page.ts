import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { build } from 'esbuild'

/** An import of a package (its name, perhaps with a scope and a path) or of a file beside. Those of Node have a colon. */
const imports =
  /(?:\bfrom|\bimport)\s*["']((?:@[\w.-]+\/)?\w[\w.-]*(?:\/[\w./-]+)?|\.\.?\/[\w./-]+)["']/g

const isOurs = (name: string): boolean => name.startsWith('@arcmargin/')

/** Path of the ES module that a name of this project leads to, from the consumer's folder. */
const entryOf = (folder: string, specifier: string): string => {
  const [, name = '', ...path] = specifier.split('/')
  const home = join('node_modules/@arcmargin', name)
  const { exports } = JSON.parse(readFileSync(join(folder, home, 'package.json'), 'utf8'))
  return join(home, exports[['.', ...path].join('/')].import.default)
}

/** Names of all packages that a file imports, itself or through this project's own files. */
const namesFrom = (folder: string, start: string): ReadonlySet<string> => {
  const names = new Set<string>()
  const seen = new Set<string>()
  const files = [start]
  for (let file = files.pop(); file !== undefined; file = files.pop()) {
    if (seen.has(file)) continue
    seen.add(file)
    for (const [, name = ''] of readFileSync(join(folder, file), 'utf8').matchAll(imports)) {
      if (name.startsWith('.')) files.push(join(dirname(file), name))
      else names.add(name)
      if (isOurs(name)) files.push(entryOf(folder, name))
    }
  }
  return names
}

/**
 * A page without a build, as paths and texts: this project's published files as they are, found by an import map. Libraries of others
 * come as ES modules, as the networks that serve npm's packages make them.
 */
export const plainPage = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const names = [...namesFrom(folder, 'page.js')]
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
  const map = Object.fromEntries([
    ...theirs.map((name, index) => [name, `/libraries/library${index}.js`]),
    ...names.filter(isOurs).map((name) => [name, join('/', entryOf(folder, name))]),
  ])
  const html = [
    '<!doctype html><link rel="icon" href="data:,"><title>plain</title>',
    `<script type="importmap">${JSON.stringify({ imports: map })}</script>`,
    '<script type="module" src="/page.js"></script>',
  ].join('\n')
  return new Map([...libraries, ['/plain.html', html]])
}
