import { compileKernels, compileKernelsAsync } from './compile.js'
import { instantiate, type Kernel, mostPages } from './instance.js'

let own: Kernel | undefined

/** The kernels of this thread, on a memory that grows with the largest batch. */
export const ownKernel = (): Kernel => {
  own ??= instantiate(
    compileKernels(false),
    new WebAssembly.Memory({ initial: 2, maximum: mostPages }),
  )
  return own
}

/**
 * Compiles the kernels in the background. Not needed where synchronous compilation is allowed, which is nearly everywhere;
 * without it the first call compiles them (about 10 ms).
 *
 * @throws WebAssemblyUnavailableError where a content security policy or the engine refuses them.
 */
export const ready = async (): Promise<void> => {
  await compileKernelsAsync(false)
}
