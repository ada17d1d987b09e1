import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readReport } from '../src/features/report.js'

const root = new URL('../../', import.meta.url)
const text = readFileSync(new URL('FEATURES.md', root), 'utf8')
const [, table = ''] = text.split('## Every loss on every backend')
const rows = table
  .split('## ')[0]!
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )

describe('FEATURES.md', () => {
  it('has a row for every file of vectors and for nothing else', () => {
    const files = readdirSync(new URL('packages/conformance/vectors', root))
      .filter((file) => file.endsWith('.json'))
      .map(
        (file) =>
          JSON.parse(readFileSync(new URL(`packages/conformance/vectors/${file}`, root), 'utf8'))
            .loss,
      )
    expect(rows.map(([name = '']) => name.replaceAll('`', '')).sort()).toEqual([...files].sort())
  })

  it('has an error or a dash in every cell, and none above a float32 backend’s tolerance', () => {
    for (const [name, ...cells] of rows) {
      expect(cells.length).toBeGreaterThan(1)
      for (const cell of cells) {
        expect(`${name}: ${cell}`).toMatch(/: (–|0|\de[-+]\d+)$/)
        if (cell !== '–') expect(Number(cell)).toBeLessThan(1e-2)
      }
    }
  })

  it('is written by a command that its own text names', () => {
    const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
    expect(text).toContain('npm run features')
    expect(scripts.features).toContain('release/src/features.ts')
  })
})

describe('a conformance report', () => {
  it('gives the worst of loss and gradients, and what was skipped', () => {
    const report = readReport(
      [
        'arcface                               4 cases  logits   3.0e-3  loss   1.0e-7  rows   1.0e-8  grad_x   2.0e-6  grad_W        0  pass',
        'supcon                               skipped: this backend has no pair engine',
        '1 passed, 0 failed, 1 skipped',
      ].join('\n'),
    )
    expect([...report]).toEqual([
      ['arcface', { error: 2e-6 }],
      ['supcon', { skipped: 'this backend has no pair engine' }],
    ])
  })
})
