import { describe, expect, test } from 'vitest'
import { UsageError } from '../../../scripts/command.js'
import { help, type Options, readOptions } from '../src/options.js'

const read = (...args: string[]): Options => readOptions(args) as Options

const complaint = (...args: string[]): string => {
  try {
    readOptions(args)
  } catch (error) {
    if (error instanceof UsageError) return error.message
  }
  return 'nothing'
}

describe('the command line', () => {
  test('trains seven losses from one seed by default', () => {
    expect(read().losses).toEqual([
      'softmax',
      'normface',
      'cosface',
      'arcface',
      'normface-noisy',
      'arcface-noisy',
      'arcface-noisy-k3',
    ])
    expect(read()).toMatchObject({ seeds: [0], epochs: 12, json: false, check: false })
  })

  test('takes losses repeated, as a comma list and in any case, in the order of the table', () => {
    const { losses } = read('--loss', 'ArcFace,combined', '--loss', 'softmax', '--loss=arcface')
    expect(losses).toEqual(['softmax', 'arcface', 'combined'])
  })

  test('takes pair losses, which no run trains unasked', () => {
    expect(read('--loss', 'supcon,arcface-center,triplet').losses).toEqual([
      'arcface-center',
      'triplet',
      'supcon',
    ])
    expect(help).toContain('contrastive, triplet,')
  })

  test('counts seeds from the first', () => {
    expect(read('--seeds', '3', '--seed', '7').seeds).toEqual([7, 8, 9])
  })

  test('makes a quick run of what was not said otherwise', () => {
    expect(read('--quick')).toMatchObject({ losses: ['softmax', 'arcface'], epochs: 3 })
    expect(read('--quick', '--epochs', '1', '--loss', 'cosface')).toMatchObject({
      losses: ['cosface'],
      epochs: 1,
    })
  })

  test('explains itself', () => {
    expect(readOptions(['--help', '--quick'])).toBe('help')
    for (const flag of ['loss', 'seeds', 'seed', 'epochs', 'quick', 'workers', 'out', 'json']) {
      expect(help).toContain(`--${flag}`)
    }
    expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
  })

  test.each([
    [['--lose', 'arcface'], 'allowed: --loss, --seeds'],
    [['arcface'], 'allowed: --loss, --seeds'],
    [['--seeds'], 'allowed: --loss, --seeds'],
    [['--json=yes'], 'allowed: --loss, --seeds'],
    [['--loss', 'arc'], 'allowed: softmax, normface, cosface, arcface, combined'],
    [['--loss', ''], 'allowed: softmax'],
    [['--seeds', '0'], 'allowed: whole numbers 1 to 100'],
    [['--seed', '-1'], 'allowed:'],
    [['--seed', '1e3'], 'allowed: whole numbers 0 to 1000000'],
    [['--epochs', 'many'], 'allowed: whole numbers 1 to 200'],
    [['--workers', '65'], 'allowed: whole numbers 1 to 64'],
  ])('refuses %j and says what is allowed', (args, allowed) => {
    expect(complaint(...args)).toContain(allowed)
  })

  test('checks complete runs only', () => {
    expect(complaint('--check')).toContain('--seeds 3')
    expect(complaint('--check', '--seeds', '3', '--quick')).toContain('normface-noisy')
    expect(read('--check', '--seeds', '3').check).toBe(true)
  })
})
