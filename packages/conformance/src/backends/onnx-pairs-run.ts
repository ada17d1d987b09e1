import { exportPairGradients } from '@arcmargin/onnx/pairs'
import type { InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-common'
import type { PairAnswer, PairRequest } from '../backend.js'
import type { Runtime } from './onnx-run.js'

/** Rows of parallel lists. */
const listOf = (Tensor: TensorConstructor, ...columns: readonly ArrayLike<number>[]): Tensor => {
  const [first = []] = columns
  const rows = Array.from(first, (_, at) => columns.map((column) => column[at] as number))
  return new Tensor('int32', Int32Array.from(rows.flat()), [first.length, columns.length])
}

/** A step of a pair loss; views are rows with one label. */
export const runOnnxPairs =
  (load: () => Promise<Runtime>, options: InferenceSession.SessionOptions = {}) =>
  async ({ loss, batch, parameterGradients }: PairRequest): Promise<PairAnswer> => {
    const { InferenceSession, Tensor } = await load()
    const { dimension, views = 1, embeddings, labels = [], others, pairs, triplets } = batch
    const rows = embeddings.length / dimension
    const { bytes } = exportPairGradients(loss, {
      dimension,
      others: others !== undefined,
      pairs: pairs !== undefined,
      triplets: triplets !== undefined,
      parameterGradients,
      // Several blocks, the last one not full.
      blockSize: Math.max(2, Math.ceil(rows / 3)),
    })
    const floats = (values: ArrayLike<number>, dims: readonly number[]): Tensor =>
      new Tensor('float32', Float32Array.from(values), dims)
    const whole = (count: number, label: (row: number) => number): Tensor =>
      new Tensor(
        'int32',
        Int32Array.from({ length: count }, (_, row) => label(row)),
        [count],
      )
    const sampleOf = (row: number): number => Math.floor(row / views)
    const feeds: Record<string, Tensor> = {
      embeddings: floats(embeddings, [rows, dimension]),
      labels: whole(rows, (row) => labels[sampleOf(row)] ?? sampleOf(row)),
    }
    if (others) {
      const count = others.embeddings.length / dimension
      feeds['others'] = floats(others.embeddings, [count, dimension])
      feeds['others.labels'] = whole(count, (row) => others.labels?.[row] ?? row)
    }
    if (pairs) {
      const { positives, negatives } = pairs
      feeds['pairs.positives'] = listOf(Tensor, positives.anchors, positives.others)
      feeds['pairs.negatives'] = listOf(Tensor, negatives.anchors, negatives.others)
    }
    if (triplets) {
      const { anchors, positives, negatives } = triplets
      feeds['triplets'] = listOf(Tensor, anchors, positives, negatives)
    }
    for (const [name, value] of Object.entries(loss.parameters)) {
      feeds[`parameters.${name}`] = floats([Number(value)], [])
    }
    const session = await InferenceSession.create(bytes, { logSeverityLevel: 3, ...options })
    const wanted = session.inputNames.map((name) => [name, feeds[name] as Tensor])
    const results = await session.run(Object.fromEntries(wanted))
    await session.release()
    const numbers = (name: string): Float32Array =>
      (results[name]?.data ?? new Float32Array()) as Float32Array
    return {
      loss: numbers('loss')[0] ?? Number.NaN,
      embeddings: numbers('embeddings.gradient'),
      others: numbers('others.gradient'),
      parameters: Object.fromEntries(
        parameterGradients.map((name) => [name, numbers(`parameters.${name}.gradient`)]),
      ),
    }
  }
