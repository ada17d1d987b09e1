/**
 * Compiles the kernels and writes them into the package's source: `npm run kernels --workspace @arcmargin/wasm` after every change
 * of a file in this folder. The test of the module compiles them again and compares.
 */
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import asc from 'assemblyscript/asc'

const folder = dirname(fileURLToPath(import.meta.url))

/** Memory comes from outside, so that several instances may share one; `stub`: nothing here allocates. */
const flags = [
  '-O3',
  '--noAssert',
  '--converge',
  ...['--runtime', 'stub'],
  ...['--enable', 'simd', '--enable', 'threads'],
  ...['--importMemory', '--noExportMemory', '--sharedMemory'],
  ...['--initialMemory', '2', '--maximumMemory', '65536'],
]

/** The text of src/kernel/module.ts. */
export const compileKernels = async () => {
  let binary
  const { error, stderr } = await asc.main(
    [join(folder, 'index.ts'), '--outFile', 'kernels.wasm', ...flags],
    {
      writeFile: (name, contents) => {
        if (name.endsWith('.wasm')) binary = Buffer.from(contents)
      },
    },
  )
  if (error) throw new Error(`${error.message}\n${stderr}`)
  // The import of the memory: module "env", name "memory", kind 2, then the flags, 3 for shared with a maximum.
  const memoryImport = Buffer.from('\x03env\x06memory\x02\x03', 'latin1')
  const at = binary.indexOf(memoryImport)
  if (at < 0) throw new Error('the compiled kernels import no shared memory')
  return `/** Written by assembly/compile.mjs; not to be edited. */

/** The kernels compiled to WebAssembly, in base64. */
export const kernels =
  '${binary.toString('base64')}'

/** Index of the byte that says whether the imported memory is shared: 3 as compiled, 1 for one that is not. */
export const memoryFlags = ${at + memoryImport.length - 1}
`
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(join(folder, '../src/kernel/module.ts'), await compileKernels())
}
