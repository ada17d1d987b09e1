import { describe, expect, test } from 'vitest'
import { gateLosses, measureGates } from '../src/gates.js'
import { summarise } from '../src/rows.js'
import { gateTable, resultTable } from '../src/table.js'
import { recognitionOf, rowOf } from './synthetic.js'

const threeSeeds = (arcRank1: number) => [
  ...[57, 58, 59].map((rank1, seed) => rowOf('softmax', seed, { rank1, 'tarAtFar1e-3': 40 })),
  ...[0, 1, 2].map((seed) => rowOf('normface', seed, { rank1: 58, 'tarAtFar1e-3': 42 })),
  ...[-1, 0, 1].map((delta, seed) =>
    rowOf('arcface', seed, { rank1: arcRank1 + delta, 'tarAtFar1e-3': 42.5, wEc: 20 }),
  ),
  ...[0, 1, 2].map((seed) => rowOf('normface-noisy', seed, { rank1: 54 })),
  ...[0, 1, 2].map((seed) => rowOf('arcface-noisy-k3', seed, { rank1: 55.5 })),
]

describe('the gates', () => {
  test('measure means over the seeds, bounds included where they say so', () => {
    const gates = measureGates(threeSeeds(59))
    expect(gates.map(({ measured }) => measured)).toEqual([59, 42.5, 1, 2.5, 0.5, 20, 1.5])
    expect(gates.map(({ passed }) => passed)).toEqual([true, true, true, true, false, true, true])
  })

  test('fail below their bound', () => {
    const gates = measureGates(threeSeeds(57.9))
    expect(gates.map(({ passed }) => passed)).toEqual([false, true, false, true, false, true, true])
  })

  test('are not measured on fewer seeds or without their losses', () => {
    expect(measureGates(threeSeeds(59).filter(({ seed }) => seed < 2))).toHaveLength(0)
    const partial = measureGates(threeSeeds(59).filter(({ loss }) => loss === 'arcface'))
    expect(partial).toHaveLength(3)
    expect(gateLosses).toHaveLength(5)
  })

  test('print the measured value with PASS or FAIL', () => {
    const lines = gateTable(measureGates(threeSeeds(59))).split('\n')
    expect(lines.filter((line) => line.endsWith('PASS'))).toHaveLength(6)
    expect(lines.find((line) => line.includes('NormFace, TAR'))).toMatch(/> \+0\.5\s+0\.50\s+FAIL/)
  })
})

test('a summary is the mean and the sample’s standard deviation', () => {
  const rows = threeSeeds(59)
  expect(summarise(rows, 'softmax', 'rank1')).toEqual({ mean: 58, deviation: 1 })
  expect(summarise([rowOf('cosface', 0)], 'cosface', 'eer')).toEqual({ mean: 50, deviation: 0 })
  expect(summarise(rows, 'cosface', 'rank1')).toBeUndefined()
})

test('the table has the reference beside each mean', () => {
  const lines = resultTable(threeSeeds(59), recognitionOf(0.49)).split('\n')
  expect(lines[0]).toMatch(/rank-1\s+ref\.\s+TAR@1e-2\s+ref\.\s+TAR@1e-3\s+ref\.\s+EER/)
  expect(lines.find((line) => line.startsWith('untrained'))).toMatch(
    /49\.0\s+48\.7\s+60\.0\s+40\.0/,
  )
  expect(lines.find((line) => line.startsWith('softmax'))).toMatch(/58\.0±1\.0\s+57\.0/)
  expect(lines.find((line) => line.startsWith('ArcFace 0.5'))).toMatch(/31\.0\/49\.2\s+50$/)
  const noisy = lines.indexOf('25 % wrong labels')
  expect(lines[noisy + 1]).toMatch(/^ {2}NormFace\s+54\.0\s+54\.3/)
})

test('pair losses have a heading of their own, and no angles to class weights', () => {
  const none = { wEc: Number.NaN, wInter: Number.NaN }
  const rows = [rowOf('arcface', 0), rowOf('triplet', 0, none), rowOf('supcon', 0, none)]
  const lines = resultTable(rows, undefined).split('\n')
  expect(
    lines
      .slice(2)
      .filter(Boolean)
      .map((line) => line.slice(0, 24).trimEnd()),
  ).toEqual(['ArcFace 0.5', 'pairs, 32 × 4', '  triplet 0.2, semi-hard', '  SupCon 0.1'])
  expect(lines.join()).not.toContain('NaN')
})
