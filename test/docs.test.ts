/** Every Markdown file of the repository: its code runs and prints what it says, its links and npm commands exist. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { files, manifestOf, read, root, workspaces } from './files.js'
import { type Program, programOf, run, typeErrors } from './programs.js'
import { expectedOutput, npmScriptsOf, proseOf, samplesOf } from './samples.js'

const documents = files.filter((path) => /\.md$/.test(path) && !/CHANGELOG|^\.changeset/.test(path))

mkdirSync(join(root, '.cache'), { recursive: true })
const folder = mkdtempSync(join(root, '.cache/docs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const programs = documents.flatMap((document): Program[] => {
  try {
    return samplesOf(read(document)).map((sample) => programOf(sample, document, folder))
  } catch {
    return [] // the first test below reports it
  }
})

describe.each(documents)('%s', (document) => {
  const markdown = read(document)

  it('keeps to the conventions of code blocks', () => {
    expect(() => samplesOf(markdown)).not.toThrow()
  })

  it('links to files that exist', () => {
    const links = [...proseOf(markdown).matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, to = '']) => to)
    const own = links.filter((link) => !/^[a-z]+:/.test(link))
    expect(own.filter((link) => !existsSync(join(root, dirname(document), link)))).toEqual([])
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
  beforeAll(() => {
    errors = typeErrors(programs.filter((one) => one.language === 'ts').map(({ file }) => file))
  }, 60_000)

  for (const program of programs) {
    if (program.language === 'ts')
      it(`${title(program)} passes strict TypeScript`, () => {
        expect(errors.get(program.file)).toEqual([])
      })

    it.concurrent(`${title(program)} runs and prints what it says`, async ({ expect }) => {
      const printed = await run(program.file)
      const expected = expectedOutput(program)
      if (expected.length > 0) expect(printed).toEqual(expected)
    }, 180_000)
  }
})
