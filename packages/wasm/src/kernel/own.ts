import { compileKernels, compileKernelsAsync } from './compile.js'
import { instantiate, instantiateAsync, type Kernel, mostPages } from './instance.js'

let own: Kernel | undefined

const newMemory = (): WebAssembly.Memory =>
  new WebAssembly.Memory({ initial: 2, maximum: mostPages })

/** The kernels of this thread, on a memory that grows with the largest batch. */
export const ownKernel = (): Kernel => {
  own ??= instantiate(compileKernels(false), newMemory())
  return own
}

/**
 * Compiles the kernels in the background. Not needed where synchronous compilation is allowed, which is nearly everywhere (on a page's
 * main thread, in Chrome from 114 on); without it the first call compiles them (about 10 ms).
 *
 * @throws WebAssemblyUnavailableError where a content security policy or the engine refuses them.
 */
export const ready = async (): Promise<void> => {
  const made = await instantiateAsync(await compileKernelsAsync(false), newMemory())
  own ??= made
}
