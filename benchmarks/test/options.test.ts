import { describe, expect, test } from 'vitest'
import { UsageError } from '../../scripts/command.js'
import { help, type Options, readOptions } from '../src/options.js'
import { gigaflops, parseShape } from '../src/shapes.js'

const read = (...args: string[]): Options => {
  const options = readOptions(args)
  if (options === 'help') throw new Error('asked for help')
  return options
}

const namesOf = (entries: readonly { readonly name: string }[]): string[] =>
  entries.map(({ name }) => name)

describe('readOptions', () => {
  test('without arguments runs the suite cpu on S1 and S2', () => {
    const { suite, shapes, engines, threads, repetitions, data, json } = read()
    expect([suite.name, namesOf(shapes), threads]).toEqual(['cpu', ['S1', 'S2'], [1, 2]])
    expect(namesOf(engines)).toEqual(suite.engines)
    expect([repetitions, data, json]).toEqual([7, 'random', undefined])
  })

  test('takes lists, by commas or by repetition', () => {
    const options = read('--shape', 'S1,S3', '--shape', '8x16x50', '--engine', 'pytorch,core')
    expect(namesOf(options.shapes)).toEqual(['S1', 'S3', '8x16x50'])
    expect(namesOf(options.engines)).toEqual(['core', 'pytorch'])
    expect(options.enginesNamed).toBe(true)
  })

  test.each([
    [['--suite', 'speed'], /--suite cannot be “speed”; allowed: cpu, .*scale/],
    [['--shape', 'S9'], /“S9”; allowed: S1, S2, S3, S4, NxDxC, NxDxCxK/],
    [['--shape', '8x0x5'], /“8x0x5”/],
    [['--engine', 'torch'], /“torch”; allowed: core, .*pytorch/],
    [['--threads', '3'], /“3”; allowed: whole numbers 1 to 2/],
    [['--repetitions', '0'], /“0”; allowed: whole numbers 1 to 1000/],
    [['--data', 'noise'], /“noise”; allowed: random, trained/],
    [['--suite', 'scale', '--shape', 'S1'], /--shape does not go with --suite scale/],
    [['--fast'], /Unknown option '--fast'; allowed: --suite, --shape/],
  ])('refuses %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(UsageError)
    expect(() => readOptions(args)).toThrow(message)
  })

  test('shows help that names every engine', () => {
    expect(readOptions(['--help'])).toBe('help')
    for (const name of namesOf(read().engines)) expect(help).toContain(`    ${name} `)
  })
})

describe('shapes', () => {
  test('are read from names and from sizes', () => {
    expect(parseShape('S2')).toEqual({
      ...{ name: 'S2', rows: 128, dimension: 512, classes: 10_000, subCenters: 1 },
    })
    expect(parseShape('8x16x50x3')).toEqual({
      ...{ name: '8x16x50x3', rows: 8, dimension: 16, classes: 50, subCenters: 3 },
    })
  })

  test('count three products of N·D·C multiplications and additions', () => {
    const shape = parseShape('10x20x30')
    expect(shape && gigaflops(shape)).toBeCloseTo((3 * 2 * 10 * 20 * 30) / 1e9, 15)
  })
})
