import { WebAssemblyUnavailableError } from '../errors.js'
import { kernels, memoryFlags } from './module.js'

/** The compiled code for a memory that is shared between threads, or for one that is not. */
const bytesFor = (shared: boolean): Uint8Array<ArrayBuffer> => {
  const bytes = Uint8Array.from(atob(kernels), (letter) => letter.charCodeAt(0))
  bytes[memoryFlags] = shared ? 3 : 1
  return bytes
}

/** Says why a module was refused: these bytes are valid wherever SIMD is known, so what remains is a security policy. */
const refusal = (bytes: BufferSource, cause: unknown): WebAssemblyUnavailableError =>
  new WebAssemblyUnavailableError(
    WebAssembly.validate(bytes)
      ? "this page's content security policy blocks WebAssembly; add 'wasm-unsafe-eval' to its script-src"
      : 'this engine does not know WebAssembly SIMD',
    cause,
  )

const checkPresent = (): void => {
  if (typeof WebAssembly === 'object') return
  throw new WebAssemblyUnavailableError('this engine has no WebAssembly')
}

const modules = new Map<boolean, WebAssembly.Module>()

/**
 * Compiles the kernels, once.
 *
 * @throws WebAssemblyUnavailableError where a content security policy or the engine refuses them.
 */
export const compileKernels = (shared: boolean): WebAssembly.Module => {
  checkPresent()
  const known = modules.get(shared)
  if (known) return known
  const bytes = bytesFor(shared)
  try {
    const module = new WebAssembly.Module(bytes)
    modules.set(shared, module)
    return module
  } catch (error) {
    throw refusal(bytes, error)
  }
}

/** {@link compileKernels} without holding up the thread. */
export const compileKernelsAsync = async (shared: boolean): Promise<WebAssembly.Module> => {
  checkPresent()
  const known = modules.get(shared)
  if (known) return known
  const bytes = bytesFor(shared)
  try {
    const module = await WebAssembly.compile(bytes)
    modules.set(shared, module)
    return module
  } catch (error) {
    throw refusal(bytes, error)
  }
}
