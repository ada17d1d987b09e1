import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../process.js'
import type { ConsumerProgram } from './programs.js'

/** A consumer's tsconfig for one way to resolve modules; declarations of packages are checked too. */
const configOf = (program: ConsumerProgram, module: string, file: string, isOld: boolean) => ({
  compilerOptions: {
    strict: true,
    noEmit: true,
    target: 'es2022',
    lib: ['es2022', 'dom'],
    module,
    moduleResolution: module,
    // What the webgpu package's README asks of those whose TypeScript does not know WebGPU.
    types: isOld && program.package === '@arcmargin/webgpu' ? ['@webgpu/types'] : [],
    skipLibCheck: program.skipLibCheck ?? false,
  },
  files: [file],
})

/** Throws what the compiler reports. */
export const checkTypes = async (
  folder: string,
  program: ConsumerProgram,
  compiler: string,
  { module, isOld }: { readonly module: 'nodenext' | 'node16'; readonly isOld: boolean },
): Promise<void> => {
  const file = module === 'node16' ? 'typed.cts' : 'typed.mts'
  const config = `tsconfig.${module}.${isOld ? 'oldest' : 'newest'}.json`
  writeFileSync(join(folder, config), JSON.stringify(configOf(program, module, file, isOld)))
  await run(process.execPath, [compiler, '-p', config], { cwd: folder })
}
