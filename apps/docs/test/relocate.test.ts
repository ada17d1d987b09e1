import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { placeholder, relocate } from '../src/relocate.js'

const folder = mkdtempSync(join(tmpdir(), 'docs-relocate-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('leaves no absolute link: pages point up, scripts ask the page', () => {
  mkdirSync(join(folder, 'guides'))
  const html = `<html><head></head><a href="${placeholder}losses/">l</a><script>x=JSON.parse("{\\"base\\":\\"${placeholder}\\"}")</script></html>`
  writeFileSync(join(folder, 'index.html'), html)
  writeFileSync(join(folder, 'guides/a.html'), html)
  writeFileSync(
    join(folder, 'app.js'),
    `const a="${placeholder}x.js",b=\`${placeholder}assets/\${a}\`,c='{"documentCount":1,"ids":{"0":"${placeholder}y"}}';export{a,b,c}`,
  )
  relocate(folder)
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8')
  expect(read('index.html')).toContain('href="./losses/"')
  expect(read('guides/a.html')).toContain('href="../losses/"')
  for (const file of ['index.html', 'guides/a.html', 'app.js'])
    expect(read(file)).not.toContain(placeholder)

  const evaluate = new Function(
    'globalThis',
    `${read('app.js').replace(/export\{.*$/, '')};return {a,b,c}`,
  ) as (scope: object) => Record<'a' | 'b' | 'c', string>
  const { a, b, c } = evaluate({ docsBase: '/any/where/' })
  expect(a).toBe('/any/where/x.js')
  expect(b).toBe('/any/where/assets//any/where/x.js')
  expect(JSON.parse(c).ids[0]).toBe('/any/where/y')
})
