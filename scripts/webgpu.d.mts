/** Gives this process `navigator.gpu`, as a page has it. */
export declare const provideWebGpu: () => Promise<void>
export declare const requestDevice: (
  descriptor?: GPUDeviceDescriptor | ((adapter: GPUAdapter) => GPUDeviceDescriptor),
) => Promise<GPUDevice>
