/**
 * Bundles the worker into a text that the package carries, so that threads start from any bundler, from CommonJS and from sources:
 * `npm run worker --workspace @arcmargin/wasm` after a change of what it imports. A test bundles it again and compares.
 */
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const folder = dirname(fileURLToPath(import.meta.url))

/** The text of src/head/worker-code.ts. */
export const bundleWorker = async () => {
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'worker.ts')],
    bundle: true,
    platform: 'node', // which leaves `require` as it is: the worker asks whether there is one
    format: 'cjs',
    target: 'es2022',
    minify: true,
    write: false,
    tsconfigRaw: {},
  })
  const [{ text }] = outputFiles
  return `/** Written by scripts/bundle-worker.mjs; not to be edited. */

/** The program of a worker thread. */
export const workerCode =
  ${JSON.stringify(text)}
`
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(join(folder, '../src/head/worker-code.ts'), await bundleWorker())
}
