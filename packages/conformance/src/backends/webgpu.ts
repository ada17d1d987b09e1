import { requestDevice } from '../../../../scripts/webgpu.mjs'
import type { Backend } from '../backend.js'
import { inChromium } from '../page/in-chromium.js'
import { exactness, runOn } from './webgpu-run.js'

let device: Promise<GPUDevice> | undefined
const shared = (): Promise<GPUDevice> => {
  device ??= requestDevice()
  return device
}

/** `@arcmargin/webgpu` on Dawn in this process. */
export const webgpuNode: Backend = {
  name: 'webgpu-node',
  ...exactness,
  run: runOn(shared),
  close: async () => (await device)?.destroy(),
}

/** `@arcmargin/webgpu` in Chromium, on its driver in software where there is no GPU. */
export const webgpuChromium: Backend = inChromium(
  { name: 'webgpu-chromium', ...exactness },
  { program: new URL('webgpu-page.ts', import.meta.url), flags: ['--enable-unsafe-webgpu'] },
)
