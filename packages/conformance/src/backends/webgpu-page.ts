/** The program of the page in which `webgpu-chromium` computes. */
import { servePage } from '../page/serve-page.js'
import { runOn } from './webgpu-run.js'

const requestDevice = async (): Promise<GPUDevice> => {
  const adapter = await navigator.gpu?.requestAdapter()
  if (!adapter) throw new Error('this Chromium has no WebGPU adapter')
  return adapter.requestDevice()
}

let device: Promise<GPUDevice> | undefined
const shared = (): Promise<GPUDevice> => {
  device ??= requestDevice()
  return device
}

servePage({ 'webgpu-chromium': { run: runOn(shared) } })
