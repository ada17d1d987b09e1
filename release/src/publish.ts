/**
 * Publishes every package whose version the registry does not have, each after those that it depends on: at no moment can
 * a package be installed whose dependency cannot. Then tags what it published. Arguments go to `npm publish`.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publicPackages } from './packages.js'
import { run } from './process.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const flags = process.argv.slice(2)

/** Whether the registry has this version; throws when it cannot be asked. */
const isPublished = async (name: string, version: string, cwd: string): Promise<boolean> => {
  try {
    const answer = await run('npm', ['view', `${name}@${version}`, 'version', '--json'], { cwd })
    return answer.includes(version)
  } catch (error) {
    if (String(error).includes('E404')) return false
    throw error
  }
}

/** Has the terminal to itself where there is one: npm may ask its user for a second factor. */
const publish = (cwd: string): void => {
  const { status, error } = spawnSync('npm', ['publish', '--access=public', ...flags], {
    cwd,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status !== 0)
    throw new Error(`npm publish failed in ${cwd}: ${error?.message ?? `exit code ${status}`}`)
}

for (const { name, version, folder } of publicPackages(root)) {
  if (await isPublished(name, version, folder)) continue
  publish(folder)
  console.log(`published ${name}@${version}`)
}
const changesets = join(root, 'node_modules/@changesets/cli/bin.js')
console.log((await run(process.execPath, [changesets, 'tag'], { cwd: root })).trim())
