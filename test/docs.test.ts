/**
 * Every Markdown file of the repository, and every page of the documentation that is made from definitions: their code runs and prints
 * what it says, their links and npm commands exist.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generatedPages } from '../apps/docs/src/pages.js'
import { files, manifestOf, read, root, workspaces } from './files.js'
import { bundlePrograms, type Program, programOf, run, typeErrors } from './programs.js'
import { expectedOutput, npmScriptsOf, proseOf, samplesOf } from './samples.js'

/** Markdown by path. Generated pages lie beside the written ones, as in the built site. */
const documents = new Map([
  ...files
    .filter((path) => /\.md$/.test(path) && !/CHANGELOG|^\.changeset/.test(path))
    .map((path) => [path, read(path)] as const),
  ...[...generatedPages()].map(([path, text]) => [`apps/docs/pages/${path}`, text] as const),
])

/** Whether a link of a document leads somewhere; the API reference is written by the build of the site. */
const exists = (path: string): boolean =>
  documents.has(path) || path.startsWith('apps/docs/pages/api/') || existsSync(join(root, path))

mkdirSync(join(root, '.cache'), { recursive: true })
const folder = mkdtempSync(join(root, '.cache/docs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const programs = [...documents].flatMap(([document, markdown]): Program[] => {
  try {
    return samplesOf(markdown).map((sample) => programOf(sample, document, folder))
  } catch {
    return [] // the first test below reports it
  }
})

describe.each([...documents])('%s', (document, markdown) => {
  it('keeps to the conventions of code blocks', () => {
    expect(() => samplesOf(markdown)).not.toThrow()
  })

  it('links to files that exist', () => {
    const links = [...proseOf(markdown).matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, to = '']) => to)
    const own = links.filter((link) => !/^[a-z]+:/.test(link))
    expect(own.filter((link) => !exists(join(dirname(document), link)))).toEqual([])
  })

  it('names npm scripts that exist', () => {
    const scriptsOf = (name: string | undefined) =>
      name === undefined
        ? manifestOf('').scripts
        : workspaces.find((one) => [one.manifest.name, one.folder].includes(name))?.manifest.scripts
    const unknown = npmScriptsOf(markdown).filter(
      ({ script, workspace }) => scriptsOf(workspace)?.[script] === undefined,
    )
    expect(unknown).toEqual([])
  })
})

describe('samples', () => {
  const title = ({ document, number }: Program) => `${document}:${number}`
  let errors: Map<string, string[]>
  beforeAll(async () => {
    await bundlePrograms(programs)
    errors = typeErrors(programs.filter((one) => one.language === 'ts').map(({ file }) => file))
  }, 60_000)

  for (const program of programs.filter(({ language }) => language === 'ts')) {
    it(`${title(program)} passes strict TypeScript`, () => {
      expect(errors.get(program.file)).toEqual([])
    })
  }

  // Side by side only where they follow one another.
  for (const program of programs) {
    it.concurrent(`${title(program)} runs and prints what it says`, async ({ expect }) => {
      const printed = await run(program.file)
      const expected = expectedOutput(program)
      if (expected.length > 0) expect(printed).toEqual(expected)
    }, 180_000)
  }
})
