export declare const requestDevice: (descriptor?: GPUDeviceDescriptor) => Promise<GPUDevice>
