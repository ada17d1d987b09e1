import { initialState, scalarParameters } from '@arcmargin/core'
import { exportGradients } from '@arcmargin/onnx'
import type { InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-common'
import type { Answer, Backend, Request } from '../backend.js'

/** What the backends use of a runtime; both packages of ONNX Runtime have it. */
interface Runtime {
  readonly InferenceSession: {
    create(bytes: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>
  }
  readonly Tensor: TensorConstructor
}

/**
 * float32 throughout. The loss of a row is a difference of logits and has their digits; near θ = 0 and π the rounding of the
 * inputs themselves shows.
 */
const common: Pick<Backend, 'tolerance' | 'nearSingular' | 'skipsPairs'> = {
  skipsPairs: 'a pair loss: the graphs are of margin heads',
  tolerance: { logits: 1e-5, loss: 1e-5, gradients: 1e-5 },
  nearSingular: { logits: 1e-5, loss: 1e-5, gradients: 5e-3 },
}

/** The rows of the classes that take part, and the labels among them. */
const chooseClasses = ({
  batch,
  options,
}: Request): Pick<Request['batch'], 'classWeights' | 'labels'> => {
  const { classSubset } = options
  const { classWeights, labels, dimension, subCenters = 1 } = batch
  if (!classSubset) return { classWeights, labels }
  const classes = Array.from(classSubset)
  const width = dimension * subCenters
  return {
    classWeights: Float64Array.from(
      classes.flatMap((label) => [...classWeights.subarray(label * width, (label + 1) * width)]),
    ),
    labels: Array.from(labels, (label) => (label < 0 ? -1 : classes.indexOf(label))),
  }
}

const runOnnx =
  (load: () => Promise<Runtime>) =>
  async (request: Request): Promise<Answer> => {
    const { loss, batch, options, parameterGradients } = request
    const { InferenceSession, Tensor } = await load()
    const { classWeights, labels } = chooseClasses(request)
    const { dimension, subCenters = 1, embeddings } = batch
    const classes = classWeights.length / dimension / subCenters
    const { bytes } = exportGradients(loss, {
      dimension,
      classes,
      subCenters,
      parameterGradients,
      matchDraws: false,
      // Several blocks, the last one not full.
      blockSize: Math.max(2, Math.ceil(classes / 3)),
    })
    const floats = (values: ArrayLike<number>, dims: readonly number[]): Tensor =>
      new Tensor('float32', Float32Array.from(values), dims)
    const shape = subCenters === 1 ? [classes, dimension] : [classes, subCenters, dimension]
    const feeds: Record<string, Tensor> = {
      embeddings: floats(embeddings, [labels.length, dimension]),
      classWeights: floats(classWeights, shape),
      labels: new Tensor('int32', Int32Array.from(labels), [labels.length]),
    }
    const state = options.state ?? initialState(loss, classes)
    for (const [name, value] of Object.entries(state)) feeds[`state.${name}`] = floats([value], [])
    const parameters = { ...scalarParameters(loss, classes), ...options.parameters }
    for (const [name, value] of Object.entries(parameters)) {
      const tensor = typeof value === 'number' ? floats([value], []) : floats(value, [value.length])
      feeds[`parameters.${name}`] = tensor
      feeds[`draws.${name}`] = tensor
    }
    const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 })
    const wanted = session.inputNames.map((name) => [name, feeds[name] as Tensor])
    const results = await session.run(Object.fromEntries(wanted))
    await session.release()
    const numbers = (name: string): Float32Array =>
      (results[name]?.data ?? new Float32Array()) as Float32Array
    return {
      loss: numbers('loss')[0] ?? Number.NaN,
      losses: numbers('losses'),
      embeddings: numbers('embeddings.gradient'),
      classWeights: numbers('classWeights.gradient'),
      parameters: Object.fromEntries(
        parameterGradients.map((name) => [name, numbers(`parameters.${name}.gradient`)]),
      ),
      state: Object.fromEntries(
        Object.keys(state).map((name) => [name, numbers(`state.${name}.next`)[0] ?? Number.NaN]),
      ),
    }
  }

/** `@arcmargin/onnx` on ONNX Runtime for Node. */
export const onnxNode: Backend = {
  name: 'onnx-node',
  ...common,
  run: runOnnx(async () => (await import('onnxruntime-node')) as Runtime),
}

/** `@arcmargin/onnx` on ONNX Runtime for the web, WebAssembly, in Node. */
export const onnxWebWasm: Backend = {
  name: 'onnx-web-wasm',
  ...common,
  run: runOnnx(async () => {
    const runtime = await import('onnxruntime-web')
    runtime.env.wasm.numThreads = 1
    return runtime as Runtime
  }),
}
