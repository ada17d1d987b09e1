/**
 * Installs the dependencies when node_modules is missing or differs from package-lock.json, and does nothing otherwise.
 * Every command that a newcomer runs first (`npm test`, `npm run demo`) starts with it.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const cache = join(root, '.cache')
const lock = join(cache, 'setup.lock')

/** The packages of a lockfile by path; an empty object when there is none. */
const packages = (file) => {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages
  } catch {
    return {}
  }
}

/** Whether what npm installed (it notes that in node_modules/.package-lock.json) is what the lockfile asks for. */
const isInstalled = () => {
  const installed = packages('node_modules/.package-lock.json')
  const wanted = packages('package-lock.json')
  const same = ([path, { version, link, optional, devOptional }]) =>
    path in installed
      ? installed[path].version === version && installed[path].link === link
      : optional || devOptional // another platform's
  return (
    Object.entries(wanted).every(([path, entry]) => path === '' || same([path, entry])) &&
    Object.keys(installed).every((path) => path in wanted)
  )
}

/** Whether the process that holds the lock is gone. A young lock may not have its process number in it yet. */
const isAbandoned = () => {
  try {
    const age = Date.now() - statSync(lock).mtimeMs
    if (age < 1000 || age > 20 * 60_000) return age > 1000
    process.kill(Number(readFileSync(lock, 'utf8')), 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}

/** Takes the lock, or waits for the process that has it. */
const acquire = async () => {
  mkdirSync(cache, { recursive: true })
  for (;;) {
    try {
      return writeFileSync(lock, String(process.pid), { flag: 'wx' })
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    await sleep(200)
    if (isAbandoned()) rmSync(lock, { force: true })
  }
}

/** Makes node_modules match package-lock.json; throws when npm cannot. */
export const setUp = async () => {
  if (isInstalled()) return
  await acquire()
  try {
    if (isInstalled()) return // another process did it while this one waited
    console.error('Installing the dependencies (npm ci) …')
    const { status, error } = spawnSync('npm', ['ci', '--no-progress', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    })
    if (status !== 0) throw new Error(`npm ci failed: ${error?.message ?? `exit code ${status}`}`)
  } finally {
    rmSync(lock, { force: true })
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await setUp().catch((error) => {
    console.error(error.message)
    process.exitCode = 1
  })
}
