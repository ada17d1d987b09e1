/** What is used of TensorFlow.js's core. */
interface Registry {
  registerBackend(name: string, factory: () => never): boolean
  setBackend(name: string): Promise<boolean>
}

export declare const setWebGpuBackend: (
  tf: Registry,
  WebGPUBackend: new (device: GPUDevice) => unknown,
) => Promise<GPUDevice>
