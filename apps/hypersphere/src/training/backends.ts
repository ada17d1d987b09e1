import * as tf from '@tensorflow/tfjs-core'

/** TensorFlow.js backends, the usually fastest first. */
const backendNames = ['webgpu', 'webgl', 'wasm', 'cpu'] as const

/** Name of a backend in TensorFlow.js. */
export type BackendName = (typeof backendNames)[number]

/** What there is of WebGPU that decides; the types of browsers differ here. */
interface Adapter {
  readonly info?: { readonly isFallbackAdapter?: boolean }
}

const requestAdapter = async (): Promise<Adapter | null | undefined> => {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<Adapter | null> } }
  return gpu?.requestAdapter()
}

const software = /swiftshader|llvmpipe|software|basic render/i

/** Whether a backend computes on a real GPU: in software, WebAssembly is several times faster, and shaders compile for minutes. */
const isAccelerated: Readonly<Record<BackendName, () => Promise<boolean>>> = {
  webgpu: async () => (await requestAdapter())?.info?.isFallbackAdapter === false,
  webgl: async () => {
    const attributes = { failIfMajorPerformanceCaveat: true }
    const context = new OffscreenCanvas(1, 1).getContext('webgl2', attributes)
    const names = context?.getExtension('WEBGL_debug_renderer_info')
    const renderer = names ? context?.getParameter(names.UNMASKED_RENDERER_WEBGL) : ''
    context?.getExtension('WEBGL_lose_context')?.loseContext()
    return context !== null && !software.test(String(renderer))
  },
  wasm: async () => typeof WebAssembly === 'object',
  cpu: async () => true,
}

/** Each in a chunk of its own: a page loads the one that it uses. */
const register: Readonly<Record<BackendName, () => Promise<unknown>>> = {
  webgpu: async () => {
    if (!(await requestAdapter())) throw new Error('there is no adapter')
    return import('@tensorflow/tfjs-backend-webgpu')
  },
  webgl: () => import('@tensorflow/tfjs-backend-webgl'),
  wasm: async () => {
    const [{ setWasmPaths }, plain, simd, threaded] = await Promise.all([
      import('@tensorflow/tfjs-backend-wasm'),
      import('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url'),
      import('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url'),
      import('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url'),
    ])
    setWasmPaths({
      'tfjs-backend-wasm.wasm': plain.default,
      'tfjs-backend-wasm-simd.wasm': simd.default,
      'tfjs-backend-wasm-threaded-simd.wasm': threaded.default,
    })
  },
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
}

const use = async (name: BackendName): Promise<boolean> => {
  try {
    await register[name]()
    return await tf.setBackend(name)
  } catch {
    return false
  }
}

/**
 * Makes TensorFlow.js compute on a backend.
 *
 * @param wanted a name, or undefined: the first of {@link backendNames} that the device accelerates.
 * @throws Error when it does not work here.
 */
export const useBackend = async (wanted?: BackendName): Promise<BackendName> => {
  for (const name of wanted ? [wanted] : backendNames) {
    if ((wanted || (await isAccelerated[name]())) && (await use(name))) return name
  }
  throw new Error(`TensorFlow.js cannot use ${wanted ?? 'any backend'} on this device.`)
}
