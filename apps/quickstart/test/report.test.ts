import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseHTML } from 'linkedom'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { measureGates } from '../src/gates.js'
import { type Options, readOptions } from '../src/options.js'
import { html } from '../src/report/html.js'
import { page } from '../src/report/page.js'
import { type ReportData, writeReport } from '../src/report/write.js'
import type { Outcome } from '../src/run.js'
import { recognitionOf, rowOf } from './synthetic.js'

const outcomeOf = (loss: string, seed: number, rank1: number): Outcome => ({
  row: rowOf(loss, seed, { rank1, seconds: 12 }),
  recognition: recognitionOf(rank1 / 100),
  history: [0, 1, 2, 3].map((epoch) => ({
    epoch,
    right: Array.from({ length: 90 }, (_, bin) => (bin === 40 - 5 * epoch ? 0.75 : 0)),
    wrong: Array.from({ length: 90 }, (_, bin) => (bin === 42 ? 0.25 : 0)),
    median: 81 - 10 * epoch,
  })),
  // Row 0 is the first emoji by the first vendor; rows 1 to 6 are the same emoji, 7 and on are not.
  neighbours: [0, 7].map((query) => ({ query, found: [1, 2, 3, 9, 8, 700] })),
})

const data: ReportData = {
  options: readOptions(['--epochs', '3']) as Options,
  outcomes: [
    outcomeOf('softmax', 0, 57),
    outcomeOf('arcface', 0, 60),
    outcomeOf('normface-noisy', 0, 54),
    outcomeOf('arcface-noisy-k3', 0, 57),
  ],
  untrained: recognitionOf(0.487),
  gates: measureGates([0, 1, 2].map((seed) => rowOf('arcface', seed, { rank1: 60 }))),
  network: {
    title: 'ArcFace 0.5',
    bytes: Uint8Array.of(8, 8),
    difference: 0,
    pictures: 1,
    otherClass: 0,
  },
  seconds: 99,
}

let document: Document

beforeAll(async () => {
  document = parseHTML(await page(data)).document as unknown as Document
})

const count = (selector: string): number => document.querySelectorAll(selector).length

describe('the page', () => {
  test('is one file with a language, a title and a viewport', () => {
    expect(document.documentElement.getAttribute('lang')).toBe('en')
    expect(document.querySelector('title')?.textContent).toContain('Arcmargin')
    expect(count('meta[name=viewport]')).toBe(1)
    expect(count('script, link, iframe')).toBe(0)
    const sources = [...document.querySelectorAll('img')].map((image) => image.getAttribute('src'))
    expect(sources.every((source) => source?.startsWith('data:image/webp;base64,'))).toBe(true)
  })

  test('draws three figures each for clean and wrong labels, and θ for every loss', () => {
    expect(count('#curves ~ figure svg[role=img]')).toBe(6)
    expect(count('.multiples svg[role=img]')).toBe(4)
    const text = document.body.textContent ?? ''
    expect(text.match(/FAR \(log scale\) →/g)).toHaveLength(4)
    expect(text.match(/θ, degrees →/g)).toHaveLength(4)
    expect(text.match(/k →/g)).toHaveLength(2)
  })

  test('tells each figure in words, with numbers', () => {
    const labels = [...document.querySelectorAll('svg[role=img]')].map((svg) =>
      svg.getAttribute('aria-label'),
    )
    expect(labels.find((label) => label?.startsWith('Rank-k curve, clean'))).toBe(
      'Rank-k curve, clean labels: rank-1 is 57.0 % for softmax, 60.0 % for ArcFace 0.5, ' +
        '48.7 % for front end, untrained',
    )
    expect(labels.find((label) => label?.includes('target angle with ArcFace 0.5'))).toContain(
      'start 81 degrees, epoch 1 71 degrees',
    )
    expect(count('svg[role=img] [aria-label]')).toBe(0)
  })

  test('draws a curve with a point for each false accept rate', () => {
    const paths = [...document.querySelectorAll('#curves ~ figure svg[role=img] path')]
    const points = paths.map((path) => path.getAttribute('d')?.match(/[ML]/g)?.length ?? 0)
    expect(Math.max(...points)).toBeGreaterThanOrEqual(2)
    expect(paths.some((path) => (path.getAttribute('d') ?? '').split(/[ML]/).length === 52)).toBe(
      true,
    )
  })

  test('marks right and wrong neighbours of clean losses', () => {
    // Two losses, two queries, six neighbours: 3 of 6 right for row 0, 2 of 6 for row 7.
    expect(count('.result li')).toBe(24)
    expect(count('.result li.right')).toBe(10)
    expect(count('.result li.wrong')).toBe(14)
    expect(count('.result li.right img[alt$=", right"]')).toBe(10)
    expect(count('img')).toBe(24 + 2 + 7)
    expect(count('img:not([alt])')).toBe(0)
  })

  test('has the table with the reference, the gates and every licence', () => {
    expect(count('tbody tr')).toBe(5)
    expect(document.querySelector('tbody tr:nth-child(2) td')?.textContent).toBe(
      '57.0reference 57.0 ± 1.2',
    )
    expect(count('.gates li')).toBe(3)
    expect(count('footer a[href]')).toBe(14)
  })

  test('escapes text', () => {
    expect(html`<b title="${'"<&>'}">${['a', html`<i>`]}</b>`.text).toBe(
      '<b title="&quot;&lt;&amp;&gt;">a<i></b>',
    )
  })
})

describe('writing', () => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'arcmargin-report-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('puts three files in place of older ones, and touches nothing else', async () => {
    const target = join(folder, 'demo')
    await mkdir(target)
    await writeFile(join(target, 'mine.txt'), 'mine')
    await writeFile(join(target, 'index.html'), 'old')
    await writeReport(target, data, new AbortController().signal)
    const names = ['LICENCES.md', 'embedding.onnx', 'index.html', 'metrics.json', 'mine.txt']
    expect((await readdir(target)).sort()).toEqual(names)
    expect(await readFile(join(target, 'index.html'), 'utf8')).toMatch(/^<!doctype html>/)
    expect(await readdir(folder)).toEqual(['demo'])
    const rows: unknown = JSON.parse(await readFile(join(target, 'metrics.json'), 'utf8'))
    expect(rows).toEqual(data.outcomes.map(({ row }) => row))
  })

  test('keeps the old report when interrupted', async () => {
    const target = join(folder, 'demo')
    await writeFile(join(target, 'metrics.json'), 'old')
    const controller = new AbortController()
    controller.abort(new Error('stop'))
    await expect(writeReport(target, data, controller.signal)).rejects.toThrow('stop')
    expect(await readFile(join(target, 'metrics.json'), 'utf8')).toBe('old')
    expect(await readdir(folder)).toEqual(['demo'])
  })
})
