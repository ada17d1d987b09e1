import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { forNode } from '../../../scripts/bundle.js'

const benchmarks = fileURLToPath(new URL('../..', import.meta.url))

/** Libraries that come with native or WebAssembly files beside their code, or start programs. */
const external = ['onnxruntime-*', '@tensorflow/*', 'webgpu', 'esbuild', 'playwright-core']

/**
 * Bundles `host.ts`, so that the engines run in a plain Node: what turns TypeScript into JavaScript on the fly would add 50 MB to
 * the memory of each. Lies within the workspace, where Node finds the libraries.
 *
 * @returns the path of the program, and what removes it.
 */
export const bundleHost = async (): Promise<{ readonly path: string; remove(): void }> => {
  const folder = join(benchmarks, `.cache/host-${process.pid}`)
  await build({
    ...forNode,
    entryPoints: [join(benchmarks, 'src/run/host.ts')],
    outdir: folder,
    external,
    logLevel: 'error',
  })
  return {
    path: join(folder, 'host.mjs'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
