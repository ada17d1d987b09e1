import { Scroll } from '@arcmargin/ui'
import { firstLoss, isBeside, latest, plain } from '../store.js'
import { batchSize } from '../task/job.js'
import { inBytes, inTime, whole } from './texts.js'

/** A row of the table; what is not known yet is a dash. */
interface Run {
  readonly key: string
  readonly title: string
  readonly time: number | undefined
  readonly bytes: number | undefined
  readonly steps: number | undefined
  /** Of the first step, which must be the same for both. */
  readonly first: number | undefined
  readonly result: string
}

const dash = '–'

/** Both ways to do it, side by side. */
export const Beside = () => {
  const head = latest.value
  const composed = plain.value
  const runs: readonly Run[] = [
    {
      key: 'head',
      title: '@arcmargin/webgpu, streamed',
      time: head?.stepTime,
      bytes: head?.bytes,
      steps: head?.steps,
      first: firstLoss.value,
      result: head ? 'trains' : dash,
    },
    {
      key: 'plain',
      title: 'plain TensorFlow.js, composed of its ops',
      time: composed.latest?.time,
      bytes: composed.latest?.bytes,
      steps: composed.latest?.steps,
      first: composed.first?.loss,
      result: plainResult(),
    },
  ]
  return (
    <section aria-labelledby="beside">
      <h2 id="beside">The same job, composed of plain tensors</h2>
      <p>
        TensorFlow.js on a WebGPU device of its own, with the same class weights at the start, the
        same embeddings and the same optimiser, written as one would: product, one-hot, margin,
        softmax cross-entropy, and automatic gradients. The first step of each compiles its shaders.
        They take turns on the GPU.
      </p>
      <Scroll label="Both runs">
        <table>
          <thead>
            <tr>
              <th scope="col">run</th>
              <th scope="col">time of a step</th>
              <th scope="col">memory on the GPU</th>
              <th scope="col">steps</th>
              <th scope="col">pictures a second</th>
              <th scope="col">loss of the first step</th>
              <th scope="col">now</th>
            </tr>
          </thead>
          <tbody>
            {runs.map(({ key, title, time, bytes, steps, first, result }) => (
              <tr key={key} data-run={key}>
                <th scope="row">{title}</th>
                <td>{time === undefined ? dash : inTime(time)}</td>
                <td>{bytes === undefined ? dash : inBytes(bytes)}</td>
                <td>{steps === undefined ? dash : whole(steps)}</td>
                <td>{time === undefined ? dash : whole(Math.round((1000 * batchSize) / time))}</td>
                <td>{first?.toFixed(4) ?? dash}</td>
                <td class="result">{result}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  )
}

const plainResult = (): string => {
  const { error, latest: done } = plain.value
  if (error !== undefined) return `failed: ${error}`
  if (!isBeside.value) return 'not started: tick the box above'
  return done ? 'trains' : 'waits for its turn'
}
