/** What GitHub Actions run is fixed: actions by commit, npm by version. */
import { describe, expect, it } from 'vitest'
import { files, manifestOf, read } from './files.js'

describe('workflows', () => {
  const workflows = files.filter((path) => path.startsWith('.github/workflows/'))

  it('name the commit of every action that is not ours', () => {
    const fixed = /uses: (\.\/|\S+@[\da-f]{40} # v\d)/
    const uses = workflows.flatMap((path) => read(path).match(/^.*\buses:.*$/gm) ?? [])
    expect(uses.length).toBeGreaterThan(4)
    expect(uses.filter((line) => !fixed.test(line))).toEqual([])
  })

  it('install the npm that package.json names', () => {
    const { packageManager } = manifestOf('')
    const installs = workflows.flatMap((path) => read(path).match(/npm@[\d.]+/g) ?? [])
    expect([...new Set(installs)]).toEqual([packageManager])
  })
})
