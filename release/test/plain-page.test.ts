import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { plainPage } from '../src/consumers/plain-page.js'

const folder = mkdtempSync(join(tmpdir(), 'plain-page-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const files: Readonly<Record<string, string>> = {
  'page.js': "import { a } from '@arcmargin/one'\nconsole.log(a)",
  'node_modules/@arcmargin/one/package.json': JSON.stringify({
    exports: { '.': { import: { default: './dist/index.js' } } },
  }),
  'node_modules/@arcmargin/one/dist/index.js': "export { a } from './a.js'",
  'node_modules/@arcmargin/one/dist/a.js': "import { b } from 'theirs'\nexport const a = b",
  'node_modules/@arcmargin/one/dist/other-entry.js': "import 'not-installed'",
  'node_modules/theirs/package.json': JSON.stringify({ name: 'theirs', main: 'index.cjs' }),
  'node_modules/theirs/index.cjs': 'exports.b = 42',
}

it('maps what the page reaches: our files as they are, libraries as modules', async () => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const pages = await plainPage(folder)
  const [, map = ''] = /importmap">(.*?)<\/script>/.exec(pages.get('/plain.html') ?? '') ?? []
  expect(JSON.parse(map).imports).toEqual({
    theirs: '/libraries/library0.js',
    '@arcmargin/one': '/node_modules/@arcmargin/one/dist/index.js',
  })
  expect(pages.get('/libraries/library0.js')).toContain('42')
})
