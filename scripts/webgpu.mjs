/**
 * WebGPU in Node for tests: Dawn (npm `webgpu`) on the Vulkan driver in software that Debian's Chromium brings. As a command
 * (`npm run webgpu`) it installs the Vulkan loader where there is none; Chromium comes from `npm run chromium`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromiumPath } from './chromium.mjs'
import { restWhileWaiting } from './rest-while-waiting.mjs'

const packages = ['libvulkan1']
const byHand = `apt-get update && apt-get install --yes ${packages.join(' ')}`

/** Where Debian's Chromium keeps the description of its driver. */
const drivers = () => [
  join(dirname(chromiumPath()), 'vk_swiftshader_icd.json'),
  '/usr/lib/chromium/vk_swiftshader_icd.json',
]

/** Dawn holds on to it weakly; once collected, the process would end without a word. */
const kept = []

/** What a browser has as `navigator.gpu`, in this process. `VK_DRIVER_FILES` chooses another driver. */
const createGpu = async () => {
  process.env.VK_DRIVER_FILES ??= drivers().find(existsSync)
  // The loader warns when it is not set.
  process.env.XDG_RUNTIME_DIR ??= '/tmp'
  const { create, globals } = await import('webgpu')
  Object.assign(globalThis, globals)
  if (kept.length === 0) {
    kept.push(create([]))
    restWhileWaiting(globals)
  }
  return kept[0]
}

/** Gives this process `navigator.gpu`, as a page has it. */
export const provideWebGpu = async () => {
  const gpu = await createGpu()
  if (!globalThis.navigator) {
    Object.defineProperty(globalThis, 'navigator', { configurable: true, value: {} })
  }
  Object.defineProperty(globalThis.navigator, 'gpu', { configurable: true, value: gpu })
}

/**
 * An adapter's device in this process, as `descriptor` asks for it: a descriptor, or a function that gives one for the adapter.
 *
 * @throws Error naming the command that installs what is missing.
 */
export const requestDevice = async (descriptor = {}) => {
  const adapter = await (await createGpu()).requestAdapter()
  if (!adapter) {
    throw new Error(
      `WebGPU finds no Vulkan driver. On Debian, as root: npm run chromium && ${byHand}`,
    )
  }
  const device = await adapter.requestDevice(
    typeof descriptor === 'function' ? descriptor(adapter) : descriptor,
  )
  kept.push(device)
  return device
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    const device = await requestDevice()
    device.destroy()
  } catch {
    console.error(`Installing the Vulkan loader (${byHand}) …`)
    const { status, error } = spawnSync('sh', ['-c', byHand], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    if (status !== 0) console.error(`It failed: ${error?.message ?? `exit code ${status}`}`)
    process.exitCode = status ?? 1
  }
}
