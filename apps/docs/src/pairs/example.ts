import { pairLoss } from '@arcmargin/core/pairs'
import type { DocumentedPairLoss } from './losses.js'

const numbers = [
  1, 0.2, -0.3, 0.8, -0.1, 0.3, -0.4, 1, 0.1, 0.3, 0.9, -0.2, 0.2, -0.1, 1, -0.5, 0.3, 0.7,
]
const second = [0.9, 0.1, 0, 1, 0.3, 0.2, -0.2, 0.8, 0.3, 0, 1, -0.3, 0.1, 0.3, 0.7, -0.4, 0.2, 1]
const centers = [0.9, 0.1, -0.1, -0.2, 0.8, 0.3, 0.1, 0.3, 0.7]

/** What a loss compares its batch with; by default the batch with itself, two samples a class. */
type Setting = 'batch' | 'towers' | 'centers' | 'views'

const settings: Readonly<Record<string, Setting>> = {
  infoNce: 'towers',
  sigLip: 'towers',
  center: 'centers',
  supConViews: 'views',
}

const list = (values: readonly number[]): string => `Float32Array.from([${values.join(', ')}])`

/** The call of a loss with its numbers and choices written out. */
const callOf = ({ name, factory }: DocumentedPairLoss): string => {
  const { parameters, choices } = factory()
  const entries = [
    ...Object.entries(parameters).map(
      ([key, value]) => `${key}: ${Number(Number(value).toFixed(6))}`,
    ),
    ...Object.entries(choices).map(([key, value]) => `${key}: '${value}'`),
  ]
  return entries.length === 0 ? `${name}()` : `${name}({ ${entries.join(', ')} })`
}

/** The lines that make the batch, its rows, and its settings as TensorFlow.js takes them. */
const partsOf = (setting: Setting) => {
  const labels = setting === 'batch' || setting === 'centers'
  const rows = { batch: undefined, views: undefined, towers: second, centers }[setting]
  return {
    rows,
    labels,
    batch: [
      'embeddings',
      labels ? 'labels' : '',
      'dimension: 3',
      setting === 'views' ? 'views: 2' : '',
      rows ? 'others: { embeddings: others }' : '',
    ].filter(Boolean),
    comment: {
      batch: '[N, D], raw',
      centers: '[N, D], raw',
      towers: '[N, D], one tower',
      views: '[N, V, D]: two views of each of three samples',
    }[setting],
    others: {
      batch: '',
      views: '',
      towers: '[N, D], the other: row i belongs to row i',
      centers: '[C, D]',
    }[setting],
  }
}

/** Markdown that calls a pair loss in every package that has it: one program, checked and run with all other samples. */
export const pairExampleOf = (documented: DocumentedPairLoss): string => {
  const { name, factory } = documented
  const setting = settings[name] ?? 'batch'
  const { rows, labels, batch, comment, others } = partsOf(setting)
  const classes = [0, 0, 1, 1, 2, 2]
  const { loss } = pairLoss(factory(), {
    embeddings: Float32Array.from(numbers),
    dimension: 3,
    ...(labels ? { labels: classes } : {}),
    ...(setting === 'views' ? { views: 2 } : {}),
    ...(rows ? { others: { embeddings: Float32Array.from(rows) } } : {}),
  })
  const isSmall = Math.abs(loss) < 0.1
  const printed = isSmall ? 'toExponential(2)' : 'toFixed(3)'
  const tensor =
    setting === 'views' ? 'tf.tensor3d(embeddings, [3, 2, 3])' : 'tf.tensor2d(embeddings, [6, 3])'
  const tensorOptions = rows
    ? `, { others: { embeddings: tf.tensor2d(others, [${rows.length / 3}, 3]) } }`
    : ''
  return `
\`\`\`ts
import { pairLoss, ${name} } from '@arcmargin/core/pairs'

const loss = ${callOf(documented)}
const embeddings = ${list(numbers)} // ${comment}
${labels ? `const labels = [${classes.join(', ')}]\n` : ''}${rows ? `const others = ${list(rows)} // ${others}\n` : ''}const batch = { ${batch.join(', ')} }
const { loss: value, gradients } = pairLoss(loss, batch, { gradients: true })
console.log(value.${printed}, gradients.embeddings?.length) // → ${isSmall ? loss.toExponential(2) : loss.toFixed(3)} 18
\`\`\`

With its products in SIMD ([\`@arcmargin/wasm/pairs\`](../api/wasm/pairs.md)):

\`\`\`ts continue
import * as wasm from '@arcmargin/wasm/pairs'

console.log(Math.abs(wasm.pairLoss(loss, batch).loss / value - 1) < 1e-4) // → true
\`\`\`

In TensorFlow.js, as one differentiable op ([\`@arcmargin/tfjs/pairs\`](../api/tfjs/pairs.md)):

\`\`\`ts continue
import * as tfjs from '@arcmargin/tfjs/pairs'
import * as tf from '@tensorflow/tfjs'

const tensor = tfjs.pairLoss(loss, ${tensor}, ${labels ? 'labels' : 'undefined'}${tensorOptions})
console.log(Math.abs(Number((await tensor.data())[0]) / value - 1) < 1e-3) // → true
\`\`\`

As an ONNX graph with its gradients ([\`@arcmargin/onnx/pairs\`](../api/onnx/pairs.md)):

\`\`\`ts continue
import { exportPairGradients } from '@arcmargin/onnx/pairs'

const { bytes } = exportPairGradients(loss, { dimension: 3${rows ? ', others: true' : ''} })
console.log(bytes.length > 1000) // → true
\`\`\`

WebGPU has no kernels for losses of pairs.
`
}
