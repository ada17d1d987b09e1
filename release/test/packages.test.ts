import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { programs } from '../src/consumers/programs.js'
import { publicPackages } from '../src/packages.js'

const packages = publicPackages(fileURLToPath(new URL('../../', import.meta.url)))

it('are published after what they depend on', () => {
  const names = packages.map(({ name }) => name)
  for (const { name, dependencies } of packages)
    for (const dependency of dependencies.filter((one) => names.includes(one)))
      expect(names.indexOf(dependency)).toBeLessThan(names.indexOf(name))
})

it('each have a program that the rehearsal runs', () => {
  const used = programs.map((program) => program.package).sort()
  expect(used).toEqual(packages.map(({ name }) => name).sort())
})
