import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commit } from './checkout.js'
import { type PublicPackage, publicPackages } from './packages.js'
import { run } from './process.js'

/** Packages that a changeset gives a new major version. */
const askedForMajor = (copy: string): string[] => {
  const folder = join(copy, '.changeset')
  return readdirSync(folder)
    .filter((file) => file.endsWith('.md'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .flatMap((text) => [...text.matchAll(/^["']?([^"'\s:]+)["']?: major$/gm)])
    .map(([, name = '']) => name)
}

const version = async (copy: string): Promise<PublicPackage[]> => {
  const before = publicPackages(copy)
  const asked = askedForMajor(copy)
  const changesets = join(copy, 'node_modules/@changesets/cli/bin.js')
  await run(process.execPath, [changesets, 'version'], { cwd: copy })
  commit(copy, 'versions')
  const after = publicPackages(copy)
  const major = (one?: PublicPackage): string | undefined => one?.version.split('.')[0]
  const unasked = after
    .filter((one) => major(one) !== major(before.find(({ name }) => name === one.name)))
    .map(({ name }) => name)
    .filter((name) => !asked.includes(name))
  assert.ok(
    unasked.length === 0,
    `${unasked.join(', ')}: a major version that no changeset asks for; widen the range of its peer`,
  )
  return after
}

/** Publishes with the command that a real release uses; provenance is signed on GitHub only. */
const publish = async (copy: string): Promise<string[]> => {
  const command = ['--import', 'tsx', 'release/src/publish.ts', '--no-provenance']
  const printed = await run(process.execPath, command, { cwd: copy })
  return [...printed.matchAll(/^published (\S+)$/gm)].map(([, name = '']) => name)
}

/** The first release: versions from the changesets, a build, every package published after its dependencies. */
export const firstRelease = async (copy: string): Promise<PublicPackage[]> => {
  const packages = await version(copy)
  for (const { name, folder } of packages) {
    const changelog = readFileSync(join(folder, 'CHANGELOG.md'), 'utf8')
    assert.match(changelog, /^## \d/m, `${name} has a changelog`)
  }
  for (const { folder } of packages)
    await run('npm', ['run', 'build', '--loglevel=error'], { cwd: folder })
  const published = await publish(copy)
  assert.deepEqual(
    published,
    packages.map((one) => `${one.name}@${one.version}`),
  )
  return packages
}

/** A release after a change of core alone: what depends on core gets a new version, nothing else is published. */
export const secondRelease = async (copy: string): Promise<PublicPackage[]> => {
  const before = publicPackages(copy)
  writeFileSync(
    join(copy, '.changeset/rehearsal.md'),
    '---\n"@arcmargin/core": minor\n---\n\nA change of core alone.\n',
  )
  const packages = await version(copy)
  assert.ok(!existsSync(join(copy, '.changeset/rehearsal.md')), 'the changeset is used up')
  const published = await publish(copy)
  const followers = packages.filter(
    ({ name, dependencies }) =>
      name === '@arcmargin/core' || dependencies.includes('@arcmargin/core'),
  )
  assert.deepEqual(
    published,
    followers.map((one) => `${one.name}@${one.version}`),
  )
  const unchanged = packages.filter((one) => !followers.includes(one))
  assert.ok(
    unchanged.every((one) =>
      before.some((old) => old.name === one.name && old.version === one.version),
    ),
    'packages without core keep their versions',
  )
  return packages
}
