import { InferenceSession, Tensor } from 'onnxruntime-node'
import { productGraph } from '../graphs/product.js'

const size = 512
const runs = 8

/** Prepares the measurement of one thread of native code (AVX2, AVX512, …): a matrix product of ONNX Runtime, in GFLOP/s. */
export const nativePeak = async (): Promise<() => Promise<number>> => {
  const session = await InferenceSession.create(productGraph(size), { intraOpNumThreads: 1 })
  const matrix = () =>
    new Tensor('float32', new Float32Array(size * size).fill(1 / size), [size, size])
  const [a, b, product] = [matrix(), matrix(), matrix()]
  return async () => {
    let fastest = Infinity
    for (let run = 0; run < runs; run++) {
      const start = performance.now()
      await session.run({ a, b }, { product })
      fastest = Math.min(fastest, performance.now() - start)
    }
    return (2 * size ** 3) / 1e6 / fastest
  }
}
