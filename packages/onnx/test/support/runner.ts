import * as ort from 'onnxruntime-node'

/** Numbers by the name of the input or output. */
export type Numbers = Readonly<Record<string, ArrayLike<number>>>

/** A graph in ONNX Runtime that takes and gives plain numbers. */
export interface Runner {
  /** Runs the graph; `shapes` are those of the inputs that are no scalars. */
  run(inputs: Numbers, shapes: Readonly<Record<string, readonly number[]>>): Promise<Numbers>
}

/** Loads a graph. */
export const load = async (bytes: Uint8Array): Promise<Runner> => {
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 })
  return {
    run: async (inputs, shapes) => {
      const feeds = session.inputNames.map((name) => {
        const values = inputs[name]
        if (values === undefined) throw new Error(`no values for ${name}`)
        const dims = shapes[name] ?? []
        return name === 'labels'
          ? ([name, new ort.Tensor('int32', Int32Array.from(values), dims)] as const)
          : ([name, new ort.Tensor('float32', Float32Array.from(values), dims)] as const)
      })
      const results = await session.run(Object.fromEntries(feeds))
      return Object.fromEntries(
        Object.entries(results).map(([name, { data }]) => [
          name,
          Float64Array.from(data as ArrayLike<number>, Number),
        ]),
      )
    },
  }
}
