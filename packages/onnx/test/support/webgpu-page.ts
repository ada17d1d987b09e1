/** The program of the page in which webgpu.test.ts trains. */
import * as ort from 'onnxruntime-web/webgpu'
import { type InputValues, type Ort, OrtTrainer } from '../../src/index.js'

ort.env.wasm.wasmPaths = '/ort/'
ort.env.wasm.numThreads = 1

/** What is trained. */
export interface Task {
  readonly model: Uint8Array
  readonly classWeights: Float32Array
  readonly batch: InputValues
  readonly steps: number
}

/** What came of it. */
export interface Trained {
  readonly losses: readonly number[]
  readonly kept: Readonly<Record<string, Float32Array>>
  /** Where the tensors that are kept were when the last step was handed them. */
  readonly locations: Readonly<Record<string, string>>
}

/** ONNX Runtime, with a note of where inputs lie. */
const watched = (locations: Record<string, string>): Ort => ({
  Tensor: ort.Tensor,
  InferenceSession: {
    create: async (...given: Parameters<typeof ort.InferenceSession.create>) => {
      const session = await ort.InferenceSession.create(...given)
      const run = session.run.bind(session)
      const noting: typeof run = (feeds: ort.InferenceSession.FeedsType) => {
        for (const [name, { location }] of Object.entries(feeds)) locations[name] = location
        return run(feeds)
      }
      return Object.assign(session, { run: noting })
    },
  } as typeof ort.InferenceSession,
})

const train = async ({ model, classWeights, batch, steps }: Task): Promise<Trained> => {
  const locations: Record<string, string> = {}
  const trainer = await OrtTrainer.create({
    ort: watched(locations),
    model,
    values: { classWeights },
    session: { executionProviders: ['webgpu'] },
  })
  const losses: number[] = []
  for (let step = 0; step < steps; step++) {
    losses.push(Number((await trainer.step(batch)).loss.data[0]))
  }
  const kept = await trainer.export()
  await trainer.dispose()
  return { losses, kept, locations }
}

Object.assign(globalThis, { train })
