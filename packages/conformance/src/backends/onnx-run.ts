import { initialState, scalarParameters } from '@arcmargin/core/head'
import { type ExportedModel, exportGradients, exportMarginLogits } from '@arcmargin/onnx'
import type { InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-common'
import type { Answer, Request } from '../backend.js'

/** What the backends use of a runtime; both packages of ONNX Runtime have it. */
export interface Runtime {
  readonly InferenceSession: {
    create(bytes: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>
  }
  readonly Tensor: TensorConstructor
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

/** How the graphs are run. */
interface RunOptions {
  readonly session?: InferenceSession.SessionOptions
  /** Whether the logits are computed too, by a graph of their own. */
  readonly logits?: boolean
}

/** One step by the graph of the gradients. */
export const runOnnx =
  (load: () => Promise<Runtime>, { session = {}, logits: wantLogits = true }: RunOptions = {}) =>
  async (request: Request): Promise<Answer> => {
    const { loss, batch, options, parameterGradients } = request
    const { InferenceSession, Tensor } = await load()
    const { classWeights, labels } = chooseClasses(request)
    const { dimension, subCenters = 1, embeddings } = batch
    const classes = classWeights.length / dimension / subCenters
    const sizes = {
      dimension,
      classes,
      subCenters,
      matchDraws: false,
      // Several blocks, the last one not full.
      blockSize: Math.max(2, Math.ceil(classes / 3)),
    }
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
    const compute = async ({ bytes }: ExportedModel): Promise<Record<string, Float32Array>> => {
      const started = await InferenceSession.create(bytes, { logSeverityLevel: 3, ...session })
      const wanted = started.inputNames.map((name) => [name, feeds[name] as Tensor])
      const results = await started.run(Object.fromEntries(wanted))
      await started.release()
      const entries = Object.entries(results).map(([name, { data }]) => [name, data] as const)
      return Object.fromEntries(entries) as Record<string, Float32Array>
    }
    const { logits } = wantLogits ? await compute(exportMarginLogits(loss, sizes)) : {}
    const found = await compute(exportGradients(loss, { ...sizes, parameterGradients }))
    const numbers = (name: string): Float32Array => found[name] ?? new Float32Array()
    return {
      loss: numbers('loss')[0] ?? Number.NaN,
      losses: numbers('losses'),
      ...(logits ? { logits } : {}),
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
