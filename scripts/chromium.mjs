/**
 * Finds the Chromium that browser tests drive; as a command (`npm run chromium`) it installs Debian's where there is none.
 * Playwright's own download is not used: one browser from the system's package manager serves every test.
 */
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const packages = ['chromium', 'fonts-liberation']
const byHand = `apt-get update && apt-get install --yes ${packages.join(' ')}`

/** What a browser test starts it with: no sandbox (containers have none for root), no traffic of its own. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--disable-sync',
  '--no-first-run',
]

const isProgram = (path) => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The path of the browser: `CHROMIUM_PATH`, or the first that PATH has; undefined when there is none. */
const find = () => {
  const { CHROMIUM_PATH: chosen, PATH: path = '' } = process.env
  const folders = [...path.split(delimiter), '/usr/bin']
  const candidates = chosen
    ? [chosen]
    : folders.flatMap((folder) => names.map((name) => join(folder, name)))
  return candidates.find(isProgram)
}

/**
 * The path of the browser.
 *
 * @throws Error naming the command that installs it.
 */
export const chromiumPath = () => {
  const found = find()
  if (found) return found
  throw new Error(
    `Chromium is missing. On Debian, as root: ${byHand}\nElsewhere, set CHROMIUM_PATH to the browser.`,
  )
}

/** Installs Debian's Chromium when there is none; throws where that needs a person. */
const install = () => {
  if (find()) return
  const isRoot = process.getuid?.() === 0
  if (!isRoot || process.env.CHROMIUM_PATH) chromiumPath()
  console.error(`Installing Chromium (${byHand}) …`)
  const { status, error } = spawnSync('sh', ['-c', byHand], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) throw new Error(`It failed: ${error?.message ?? `exit code ${status}`}`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    install()
    console.log(chromiumPath())
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
