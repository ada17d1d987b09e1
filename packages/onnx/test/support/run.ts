import { InferenceSession, Tensor } from 'onnxruntime-node'

/** Runs a model on x [n, 2]; its outputs by name, as numbers. */
export const run = async (
  model: Uint8Array,
  x: readonly number[],
): Promise<Record<string, number[]>> => {
  const session = await InferenceSession.create(model, { logSeverityLevel: 3 })
  const results = await session.run({ x: new Tensor('float32', x, [x.length / 2, 2]) })
  const numbers = ({ data }: Tensor) => Array.from(data as Float32Array, Number)
  return Object.fromEntries(
    Object.entries(results).map(([name, tensor]) => [name, numbers(tensor as Tensor)]),
  )
}
