/** Rules of the repository that no other tool checks. CONTRIBUTING.md gives the reasons. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { licencesOf, refused, refusedInPackages } from '../release/src/licences.js'
import { files, manifestOf, read, root, workspaces } from './files.js'

const exists = (path: string) => existsSync(join(root, path))
const code = files.filter((path) => /\.(ts|tsx|mts|cts|js|mjs|cjs)$/.test(path))
const isPublic = ({ manifest }: (typeof workspaces)[number]) => manifest.private !== true
const published = workspaces.filter(isPublic)

interface Locked {
  readonly resolved?: string
  readonly license?: string
  readonly link?: boolean
  readonly hasInstallScript?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}
const locked: Record<string, Locked> = JSON.parse(read('package-lock.json')).packages

/** What the named packages bring along, and theirs: every version of it that is locked. */
const reachedFrom = (names: readonly string[], seen = new Set<string>()): Set<string> => {
  for (const name of names.filter((one) => !seen.has(one))) {
    seen.add(name)
    for (const [path, { dependencies, optionalDependencies }] of Object.entries(locked))
      if (path.split('node_modules/').at(-1) === name)
        reachedFrom(Object.keys({ ...dependencies, ...optionalDependencies }), seen)
  }
  return seen
}

/** Lines of the code that match, as `path:line`. */
const linesWith = (pattern: RegExp, paths: readonly string[] = code): string[] =>
  paths.flatMap((path) =>
    read(path)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : [])),
  )

describe('source files', () => {
  it('have at most 400 lines; beyond 200 they are named here', () => {
    const length = (path: string) => read(path).trimEnd().split('\n').length
    const long = code.filter((path) => length(path) > 200).map((path) => `${length(path)} ${path}`)
    if (long.length > 0) console.warn(`more than 200 lines:\n  ${long.join('\n  ')}`)
    expect(long.filter((entry) => Number.parseInt(entry, 10) > 400)).toEqual([])
  })

  it('do not switch the type checker off', () => {
    const paths = code.filter((path) => path !== 'test/repository.test.ts')
    expect(
      linesWith(/@ts-(ignore|nocheck)|biome-ignore.*(noExplicitAny|noTsIgnore)/, paths),
    ).toEqual([])
  })

  it('skip no test and single none out', () => {
    const tests = code.filter((path) => /\.test\.ts$/.test(path))
    expect(
      linesWith(/\b(it|test|describe)(\.\w+)*\.(skip|skipIf|runIf|only|todo|fails)\b/, tests),
    ).toEqual([])
  })

  it('named index.ts hold exports from other files and nothing else', () => {
    const statements = code
      .filter((path) => /(^|\/)index\.ts$/.test(path))
      .flatMap((path) => {
        const source = ts.createSourceFile(path, read(path), ts.ScriptTarget.ES2022)
        return source.statements
          .filter((one) => !(ts.isExportDeclaration(one) && one.moduleSpecifier))
          .map((one) => `${path}: ${one.getText(source).split('\n')[0]}`)
      })
    expect(statements).toEqual([])
  })
})

describe('packages', () => {
  it.each(['packages/core', 'packages/metrics'])('%s depends on nothing', (folder) => {
    const { dependencies, optionalDependencies, peerDependencies } = manifestOf(folder)
    expect({ ...dependencies, ...optionalDependencies, ...peerDependencies }).toEqual({})
    const imports = code
      .filter((path) => path.startsWith(`${folder}/src/`))
      .flatMap((path) =>
        ts.preProcessFile(read(path)).importedFiles.map((one) => [path, one.fileName]),
      )
      .filter(([, name]) => !name?.startsWith('.'))
    expect(imports).toEqual([])
  })

  it('point one way: nobody depends on an app, the conformance suite or the benchmarks', () => {
    const ends = workspaces
      .filter(({ folder }) => /^(apps\/|benchmarks|packages\/conformance)/.test(folder))
      .map(({ manifest }) => manifest.name)
    const arrows = workspaces
      .filter(({ folder }) => folder.startsWith('packages/'))
      .flatMap(({ folder, manifest: { dependencies, peerDependencies } }) =>
        Object.keys({ ...dependencies, ...peerDependencies }).map(
          (name) => [folder, name] as const,
        ),
      )
    expect(arrows.filter(([, name]) => ends.includes(name))).toEqual([])
  })

  it('have a README', () => {
    const folders = workspaces.map(({ folder }) => folder)
    expect(folders.filter((folder) => !exists(`${folder}/README.md`))).toEqual([])
  })

  describe.each(published.map(({ folder, manifest }) => ({ folder, manifest, ...manifest })))(
    'published as $name',
    ({ folder, manifest }) => {
      it('carries the license of the repository', () => {
        expect(manifest.license).toBe('MIT')
        expect(exists(`${folder}/LICENSE`) && read(`${folder}/LICENSE`)).toBe(read('LICENSE'))
      })

      it('runs nothing when it is installed, and asks for provenance', () => {
        const hooks = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish']
        expect(Object.keys(manifest.scripts ?? {}).filter((name) => hooks.includes(name))).toEqual(
          [],
        )
        expect(manifest.publishConfig).toEqual({ access: 'public', provenance: true })
      })

      it('brings along nothing that runs when it is installed, but for what SECURITY.md names', () => {
        const reached = reachedFrom(Object.keys(manifest.dependencies ?? {}))
        const running = Object.entries(locked)
          .filter(([, { hasInstallScript }]) => hasInstallScript)
          .map(([path]) => path.split('node_modules/').at(-1) ?? '')
          .filter((name) => reached.has(name))
        expect(running.filter((name) => !read('SECURITY.md').includes(`\`${name}\``))).toEqual([])
      })

      it('says what it is: keywords, oldest Node, no side effects, files', () => {
        expect(manifest.keywords?.length).toBeGreaterThan(4)
        expect(manifest.engines?.['node']).toBe(manifestOf('').engines?.['node'])
        // A package that registers something names the files that do.
        expect(manifest.sideEffects === false || Array.isArray(manifest.sideEffects)).toBe(true)
        expect(manifest.files).toEqual(['CHANGELOG.md', 'dist', 'src'])
      })

      it('depends on permissive licences only', () => {
        const names = new Set(
          Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }),
        )
        const own = licencesOf(locked).filter(({ name }) => names.has(name))
        expect(refusedInPackages(own)).toEqual([])
      })

      it('tells npm where its source is', () => {
        expect(manifest.repository?.directory).toBe(folder)
        expect(manifest.name).toBe(`@arcmargin/${folder.split('/').at(-1)}`)
      })

      it('tells its users what changed, in a changelog or a changeset', () => {
        const changesets = files.filter((path) => /^\.changeset\/.+\.md$/.test(path))
        const entry = new RegExp(`^["']?${manifest.name}["']?:`, 'm')
        const named = changesets.some((path) => entry.test(read(path)))
        expect(named || exists(`${folder}/CHANGELOG.md`)).toBe(true)
      })
    },
  )
})

describe('package-lock.json', () => {
  const all = Object.entries(locked)

  it('holds licences that are compatible with MIT', () => {
    expect(refused(licencesOf(locked))).toEqual([])
  })

  it('holds no registry address', () => {
    expect(all.filter(([, { resolved }]) => resolved?.startsWith('http'))).toEqual([])
  })

  it('has the native parts for every platform, not only for the one that wrote it', () => {
    const names = new Set(all.map(([path]) => path.split('node_modules/').at(-1)))
    const missing = all.flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !names.has(name))
        .map((name) => `${name}, of ${path}`),
    )
    expect(missing).toEqual([])
  })
})
