import * as tf from '@tensorflow/tfjs-core'

/** Where a backend keeps the numbers of tensors, within reach of the host. */
export interface HostMemory {
  /** A float32 tensor whose numbers may be anything. */
  make(shape: number[]): tf.TensorInfo
  /** The numbers of a tensor in place, until the next tensor is made or brought here. */
  view(tensor: tf.TensorInfo): Float32Array
  /** Brings a tensor of another backend here. */
  bring(tensor: tf.TensorInfo): void
  /** Frees a tensor that was made. */
  drop(tensor: tf.TensorInfo): void
}

/** What is used of TensorFlow.js's wasm backend. */
interface WasmBackend extends tf.KernelBackend {
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo
  getMemoryOffset(dataId: object): number
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array
}

/** Tensors in the heap of WebAssembly. */
export const wasmMemory = (backend: WasmBackend): HostMemory => ({
  make: (shape) => backend.makeOutput(shape, 'float32'),
  view: (tensor) => backend.typedArrayFromHeap(tensor),
  bring: ({ dataId }) => void backend.getMemoryOffset(dataId),
  drop: ({ dataId }) => void backend.disposeData(dataId),
})

/** What is used of its cpu backend. */
interface CpuBackend extends tf.KernelBackend {
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: Float32Array): tf.TensorInfo
}

/** Tensors that are arrays. */
export const cpuMemory = (backend: CpuBackend): HostMemory => ({
  make: (shape) =>
    backend.makeTensorInfo(shape, 'float32', new Float32Array(tf.util.sizeFromShape(shape))),
  view: ({ dataId }) => backend.readSync(dataId) as Float32Array,
  bring: ({ dataId }) => void backend.readSync(dataId),
  drop: ({ dataId }) => void backend.disposeData(dataId),
})
