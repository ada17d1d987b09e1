/** `npm run licences`: the licences of everything that is installed, from package-lock.json; fails when one is not allowed. */
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** What a lockfile says about a package. */
interface Locked {
  readonly license?: string
  readonly link?: boolean
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
}

/** A dependency and the licence that its author states. */
export interface Licensed {
  readonly name: string
  readonly licence: string
}

/** Licences that only ask for their notice: fine in anything that MIT code depends on. */
const permissive = [
  'MIT',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Python-2.0',
  'Unlicense',
  'WTFPL',
]

/** Used while building, testing or in the demo, never part of a published package: copyleft by file or library, and pictures. */
const tools = ['MPL-2.0', 'LGPL-3.0-or-later', 'CC-BY-4.0']

/** Packages whose manifest states no SPDX expression; what their LICENSE file says. */
const read: Readonly<Record<string, string>> = {
  spawndamnit: 'MIT',
  slick: 'MIT',
}

const allows = (expression: string, allowed: readonly string[]): boolean => {
  const bare = expression.replaceAll(/[()]/g, '')
  if (bare.includes(' OR ')) return bare.split(' OR ').some((one) => allows(one, allowed))
  return bare.split(' AND ').every((one) => allowed.includes(one.trim()))
}

/** Every package of a lockfile but the workspaces. */
export const licencesOf = (lock: Readonly<Record<string, Locked>>): Licensed[] =>
  Object.entries(lock)
    .filter(([path, { link }]) => path.includes('node_modules/') && !link)
    .map(([path, { license = 'none' }]) => {
      const name = path.split('node_modules/').at(-1) ?? ''
      return { name, licence: read[name] ?? license }
    })

/** Those that this project may not install at all. */
export const refused = (all: readonly Licensed[]): Licensed[] =>
  all.filter(({ licence }) => !allows(licence, [...permissive, ...tools]))

/** Those that a published package may not depend on. */
export const refusedInPackages = (all: readonly Licensed[]): Licensed[] =>
  all.filter(({ licence }) => !allows(licence, permissive))

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'))
  const all = licencesOf(lock.packages)
  const names = [...new Set(all.map(({ licence }) => licence))].sort()
  for (const licence of names) {
    const packages = all.filter((one) => one.licence === licence)
    const listed = packages.length <= 12 ? `  ${packages.map(({ name }) => name).join(' ')}` : ''
    console.log(`${String(packages.length).padStart(5)}  ${licence}${listed}`)
  }
  for (const { name, licence } of refused(all)) {
    console.error(`${name} has a licence that is not allowed: ${licence}`)
    process.exitCode = 1
  }
}
