/**
 * `npm run release:rehearsal`: what a release does to the people who install it, before there is one. A temporary copy of the
 * checkout is versioned, built and published to a registry on loopback, twice; then each package is installed alone and used.
 * The checkout stays as it is. The last line counts what was tried.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { copyCheckout } from './checkout.js'
import { startBrowser } from './consumers/browser.js'
import { type Case, casesOf } from './consumers/cases.js'
import { installConsumer, installTools } from './consumers/install.js'
import { programs } from './consumers/programs.js'
import { writeConsumer } from './consumers/sources.js'
import type { PublicPackage } from './packages.js'
import { startRegistry } from './registry.js'
import { firstRelease, secondRelease } from './releases.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const start = Date.now()
const counts = { passed: 0, failed: 0 }

/** Runs a case and says how it went; gives its result, or undefined when it failed. */
const attempt = async <Result>(
  title: string,
  check: () => Promise<Result>,
): Promise<Result | undefined> => {
  const say = (mark: string): void =>
    console.log(`${mark} ${((Date.now() - start) / 1000).toFixed(0).padStart(4)} s  ${title}`)
  try {
    const result = await check()
    counts.passed++
    say('✓')
    return result
  } catch (error) {
    counts.failed++
    say('✗')
    console.log(error instanceof Error ? error.message : error)
    return undefined
  }
}

/** Two at a time: installing waits for the network, compiling for the processor. */
const inPairs = async (cases: readonly Case[]): Promise<void> => {
  const queue = [...cases]
  const work = async (): Promise<void> => {
    for (let one = queue.shift(); one; one = queue.shift()) await attempt(one.title, one.check)
  }
  await Promise.all([work(), work()])
}

const versionOf = (packages: readonly PublicPackage[], name: string): string => {
  const version = packages.find((one) => one.name === name)?.version
  if (version === undefined) throw new Error(`${name} was not released`)
  return version
}

const folder = mkdtempSync(join(tmpdir(), 'arcmargin-release-'))
const registry = await startRegistry(join(folder, 'registry'))
try {
  const copy = join(folder, 'checkout')
  copyCheckout(root, copy, registry)
  const tools = installTools(join(folder, 'tools'))
  const first = await attempt('first release: every package', () => firstRelease(copy))
  const second =
    first && (await attempt('second release: core and what follows it', () => secondRelease(copy)))
  const released = second ?? first ?? []
  const missing = released.filter(({ name }) => !programs.some((one) => one.package === name))
  await attempt('every package is used by a consumer', async () => {
    if (missing.length > 0) throw new Error(`no program for ${missing.map(({ name }) => name)}`)
  })
  const ready = await attempt('the oldest and the newest Node and TypeScript', () => tools)
  if (second && ready) {
    const browser = await startBrowser()
    const drivers = '/usr/lib/chromium/vk_swiftshader_icd.json'
    const environment: Record<string, string> = {
      XDG_RUNTIME_DIR: folder,
      ...(existsSync(drivers) ? { VK_DRIVER_FILES: drivers } : {}),
    }
    for (const program of programs) {
      const place = join(folder, 'consumers', program.package.split('/').at(-1) ?? '')
      const version = versionOf(second, program.package)
      const installed = await attempt(`${program.package}@${version} installs alone`, async () => {
        await installConsumer(place, program, version, registry)
        await writeConsumer(place, program)
        return true
      })
      if (installed) await inPairs(casesOf(program, place, ready, browser, environment))
    }
    await browser.close()
  }
} finally {
  registry.close()
  rmSync(folder, { recursive: true, force: true })
}
console.log(`${counts.passed} passed, ${counts.failed} failed, 0 skipped`)
process.exitCode = counts.failed > 0 ? 1 : 0
