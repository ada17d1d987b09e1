import { describe, expect, it } from 'vitest'
import { licencesOf, refused, refusedInPackages } from '../src/licences.js'

const lock = {
  '': {},
  'packages/core': { license: 'MIT' },
  'node_modules/@arcmargin/core': { link: true },
  'node_modules/plain': { license: 'MIT' },
  'node_modules/choice': { license: '(GPL-3.0 OR MIT)' },
  'node_modules/both': { license: 'Apache-2.0 AND LGPL-3.0-or-later' },
  'node_modules/a/node_modules/strict': { license: 'GPL-3.0' },
  'node_modules/silent': {},
}

describe('licences of a lockfile', () => {
  it('are those of the dependencies, not of the workspaces', () => {
    expect(licencesOf(lock).map(({ name }) => name)).toEqual([
      'plain',
      'choice',
      'both',
      'strict',
      'silent',
    ])
  })

  it('are refused when strict or missing; one of a choice is enough', () => {
    expect(refused(licencesOf(lock)).map(({ name }) => name)).toEqual(['strict', 'silent'])
  })

  it('have to be permissive in what packages depend on', () => {
    const names = refusedInPackages(licencesOf(lock)).map(({ name }) => name)
    expect(names).toEqual(['both', 'strict', 'silent'])
  })
})
