import type { Loss, LossDefinition } from '@arcmargin/core'
import { type HeadOptions, marginLoss } from '@arcmargin/core/head'
import type { DocumentedLoss } from './losses.js'

const rows = {
  embeddings: [1, 0.2, -0.3, -0.4, 1, 0.1, 0.2, -0.1, 1],
  classWeights: [0.9, 0.1, -0.1, -0.2, 0.8, 0.3, 0.1, 0.3, 0.7],
  labels: [0, 1, 2],
}
const classes = 3

/** Tables that the loss expects by class, with values that a reader recognises. */
const tablesOf = (loss: Loss): Record<string, Float64Array> =>
  Object.fromEntries(
    Object.entries(loss.parameters)
      .filter(([, value]) => value === 'perClass')
      .map(([name]) => {
        const initial = Number(loss.definition.parameters[name]?.default ?? 0.4)
        const values = [0, 1, 2].map((i) => Number((initial * (1 - 0.1 * i)).toFixed(3)))
        return [name, Float64Array.from(values)]
      }),
  )

const object = (entries: readonly (readonly [string, string])[]): string =>
  `{ ${entries.map(([key, value]) => (key === value ? key : `${key}: ${value}`)).join(', ')} }`

/** The call of a loss with its numbers written out, as a reader wants to copy and change it. */
const callOf = ({ name, factory }: DocumentedLoss): string => {
  const { parameters, pastPi } = factory()
  const numbers = Object.entries(parameters).filter(
    (entry): entry is [string, number] =>
      typeof entry[1] === 'number' && factory.definition.parameters[entry[0]]?.default === entry[1],
  )
  const options = numbers.map(([key, value]) => [key, String(value)] as const)
  if (pastPi) options.push(['pastPi', `'${pastPi}'`])
  return options.length === 0 ? `${name}()` : `${name}(${object(options)})`
}

/** The call on several processes, or why there is none. */
const shardedOf = ({ reduction }: LossDefinition, given: string): string =>
  reduction === 'classwise'
    ? `
[\`@arcmargin/mpi\`](../api/mpi.md), which spreads the classes over processes, refuses this loss: it is one value for the batch.
`
    : `
With the classes spread over processes ([\`@arcmargin/mpi\`](../api/mpi.md)); under mpirun, \`mpi()\` stands in the place of \`single()\`:

\`\`\`ts continue
import { ShardedHead, single } from '@arcmargin/mpi'

const weights = (first: number, target: Float32Array) => target.set(classWeights.subarray(3 * first, 3 * first + target.length))
const sharded = await ShardedHead.create({ collective: single(), loss, classes: ${classes}, dimension: 3, weights })
const step = await sharded.step({ embeddings, labels: [${rows.labels.join(', ')}] }${given})
console.log(Math.abs(step.loss / value - 1) < 1e-4) // → true
await sharded.dispose()
\`\`\`
`

/** Markdown that calls a loss in every package: one program, checked and run with all other samples. */
export const exampleOf = (documented: DocumentedLoss): string => {
  const { name, factory } = documented
  const loss = factory()
  const { state, draws } = factory.definition
  const tables = tablesOf(loss)
  const hasTables = Object.keys(tables).length > 0
  const batch = {
    embeddings: Float32Array.from(rows.embeddings),
    classWeights: Float32Array.from(rows.classWeights),
    labels: rows.labels,
    dimension: 3,
  }
  const half = (): number => 0.5
  const options: HeadOptions = {
    ...(hasTables ? { parameters: tables } : {}),
    ...(draws ? { random: half } : {}),
  }
  const { loss: value } = marginLoss(loss, batch, options)
  const given: (readonly [string, string])[] = [
    ...(hasTables ? [['parameters', 'parameters'] as const] : []),
    ...(draws ? [['random', '() => 0.5'] as const] : []),
  ]
  const tableLine = object(
    Object.entries(tables).map(([key, values]) => [
      key,
      `Float64Array.from([${values.join(', ')}])`,
    ]),
  )
  const withGiven = (...more: (readonly [string, string])[]): string => {
    const all = [...given, ...more]
    return all.length > 0 ? `, ${object(all)}` : ''
  }
  const printed = Math.abs(value) < 0.1 ? 'toExponential(2)' : 'toFixed(3)'
  const shown = Math.abs(value) < 0.1 ? value.toExponential(2) : value.toFixed(3)
  return `
\`\`\`ts
import { ${name} } from '@arcmargin/core'
import { marginLoss } from '@arcmargin/core/head'

const loss = ${callOf(documented)}
const embeddings = Float32Array.from([${rows.embeddings.join(', ')}]) // [N, D], raw
const classWeights = Float32Array.from([${rows.classWeights.join(', ')}]) // [C, D]
const batch = { embeddings, classWeights, labels: [${rows.labels.join(', ')}], dimension: 3 }${
    hasTables ? `\nconst parameters = ${tableLine} // a value for each class` : ''
  }
const { loss: value, gradients } = marginLoss(loss, batch${withGiven(['gradients', 'true'])})
console.log(value.${printed}, gradients.embeddings?.length) // → ${shown} 9
\`\`\`
${
  state
    ? `
The result carries the next \`state\`; hand it to the next step, and \`training: false\` when you evaluate.

\`\`\`ts continue
const { state } = marginLoss(loss, batch)
marginLoss(loss, batch, { state, gradients: true })
\`\`\`
`
    : ''
}
On the CPU at speed, with threads where you want them ([\`@arcmargin/wasm\`](../api/wasm.md)):

\`\`\`ts continue
import * as wasm from '@arcmargin/wasm'

console.log(Math.abs(wasm.marginLoss(loss, batch${withGiven()}).loss / value - 1) < 1e-4) // → true
\`\`\`

In TensorFlow.js, as one differentiable op ([\`@arcmargin/tfjs\`](../api/tfjs.md)):

\`\`\`ts continue
import * as tfjs from '@arcmargin/tfjs'
import * as tf from '@tensorflow/tfjs'

const x = tf.tensor2d(embeddings, [3, 3])
const w = tf.tensor2d(classWeights, [${classes}, 3])
const tensor = tfjs.marginLoss(loss, x, w, [${rows.labels.join(', ')}]${withGiven(
    ...(state ? [['state', `tfjs.createState(loss, ${classes})`] as const] : []),
  )})
console.log(Math.abs(Number((await tensor.data())[0]) / value - 1) < 1e-3) // → true
\`\`\`

As an ONNX graph with its gradients and optimiser ([\`@arcmargin/onnx\`](../api/onnx.md)):

\`\`\`ts continue
import { exportTrainingStep } from '@arcmargin/onnx'

const { bytes } = exportTrainingStep(loss, { dimension: 3, classes: ${classes}, optimizer: { kind: 'adamw' } })
console.log(bytes.length > 1000) // → true
\`\`\`

On WebGPU ([\`@arcmargin/webgpu\`](../api/webgpu.md)):

\`\`\`ts continue
import { MarginHead } from '@arcmargin/webgpu'

const device = await (await navigator.gpu.requestAdapter())!.requestDevice()
const head = await MarginHead.create(device, loss, { classes: ${classes}, dimension: 3 })
head.load(classWeights)
const onGpu = await head.backward({ embeddings, labels: [${rows.labels.join(', ')}] }${withGiven()})
console.log(Math.abs(onGpu.loss / value - 1) < 1e-3) // → true
head.destroy()
\`\`\`
${shardedOf(factory.definition, withGiven())}
`.replaceAll(/\n{3,}/g, '\n\n')
}
