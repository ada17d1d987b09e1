import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { columns } from '../src/features/columns.js'
import { featuresDocument } from '../src/features/document.js'
import { readReport } from '../src/features/report.js'
import { readResults } from '../src/features/results.js'

const root = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')
const text = read('FEATURES.md')
const results = readResults()
const losses = readdirSync(new URL('packages/conformance/vectors', root))
  .filter((file) => file.endsWith('.json'))
  .map((file): string => JSON.parse(read(`packages/conformance/vectors/${file}`)).loss)
  .sort()

/** Cells of the lines of a section, by line. */
const table = (title: string): string[][] => {
  const [, section = ''] = text.split(`## ${title}\n`)
  const [body = ''] = section.split('\n## ')
  const lines = body.split('\n').filter((line) => line.startsWith('|'))
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

describe('FEATURES.md', () => {
  it('is what the command writes of the results', () => {
    expect(text).toBe(featuresDocument(results))
    const { scripts } = JSON.parse(read('package.json'))
    expect(text).toContain('npm run features')
    expect(scripts.features).toContain('release/src/features.ts')
  })

  it('has a column for every backend of npm test, or says that it was not run', () => {
    const known = columns.map(({ backend }) => backend)
    const tested = [...read('scripts/test.mjs').matchAll(/--backend ([\w-]+)/g)].map(([, n]) => n)
    expect(tested.length).toBeGreaterThan(10)
    expect(known).toEqual(expect.arrayContaining(tested))
    for (const backend of known)
      expect(text).toMatch(results[backend] ? `\n| \`${backend}\` |` : `\`${backend}\``)
  })

  it('has a row for every file of vectors and for nothing else', () => {
    const [, , ...rows] = table('Every loss on every backend')
    expect(rows.map(([name = '']) => name.replaceAll('`', ''))).toEqual(losses)
  })

  it('has one cell for each backend in every row: an error, a dash or a failure', () => {
    const [head = [], , ...rows] = table('Every loss on every backend')
    expect(head).toHaveLength(1 + Object.keys(results).length)
    for (const [name, ...cells] of rows) {
      expect(`${name} ${cells.length}`).toBe(`${name} ${head.length - 1}`)
      for (const cell of cells) expect(`${name}: ${cell}`).toMatch(/: (–|0|\de-\d+|\*\*✗\*\*)$/)
    }
  })

  it.each(Object.entries(results))('has a whole run of %s', (_, { date, cells }) => {
    expect(date).toMatch(/^\d{4}-\d\d-\d\d$/)
    expect(Object.keys(cells).sort()).toEqual(losses)
    for (const cell of Object.values(cells))
      if (typeof cell === 'number') expect(cell).toBeLessThanOrEqual(1e-5)
  })

  it('has a cell for every library in every line of the comparison', () => {
    const lines = table('Beside other libraries')
    expect(lines.length).toBeGreaterThan(20)
    for (const line of lines) expect(`${line[0]} ${line.length}`).toBe(`${line[0]} 7`)
  })
})

describe('a conformance report', () => {
  it('gives the worst of loss, rows and gradients, what was skipped and what failed', () => {
    const output = [
      'arcface                               4 cases  logits   3.0e-3  loss   1.0e-7  rows   1.0e-8  grad_x   2.0e-6  grad_W        0  pass',
      'cosface                               1 cases  logits        0  loss  Infinity  rows   1.0e-8  grad_x   2.0e-6  grad_W        0  FAIL one exceeds the tolerance',
      'supcon                               skipped: this backend has no pair engine',
      '1 passed, 1 failed, 1 skipped',
    ]
    expect(readReport(output.join('\n'))).toEqual({
      arcface: 2e-6,
      cosface: 'failed',
      supcon: 'skipped',
    })
  })
})
