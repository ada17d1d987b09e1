/** What a stranger's project does with a package: a few lines, and the numbers that have to come out. */
export interface ConsumerProgram {
  readonly package: string
  /** The names it imports, by module. `*` imports all as the name before it. */
  readonly imports: Readonly<Record<string, readonly string[]>>
  /** The body of an async function that returns an array of numbers. */
  readonly lines: readonly string[]
  readonly expected: readonly number[]
  /** Relative to the larger of the number and 1. */
  readonly tolerance: number
  /** What its README tells to install beside it. */
  readonly beside: Readonly<Record<string, string>>
  /** What stands in for a browser when it runs in Node; `node` is what it installs for that. */
  readonly inNode?: {
    readonly lines: readonly string[]
    readonly installs: Readonly<Record<string, string>>
  }
  /** Whether it is for Node alone, and so is not tried in pages. */
  readonly onlyInNode?: boolean
  /** Whether types of what stands beside it fail strict checks, so that only the package's use is checked. */
  readonly skipLibCheck?: boolean
}

const data = [
  'const embeddings = Float32Array.from([1, 0.1, 0.9, -0.2, -0.4, 1, -0.6, 0.8, -0.5, -1, -0.4, -0.8])',
  'const classWeights = Float32Array.from([0.3, 1, -1, 0.2, 0.5, -0.9])',
  'const labels = [0, 0, 1, 1, 2, 2]',
]

/** ArcFace's loss and three of its gradients on these data: the same in every package that trains. */
const trained = [
  'const loss = arcFace({ margin: 0.3, scale: 16 })',
  'const batch = { embeddings, classWeights, labels, dimension: 2 }',
  'const { loss: value, gradients } = marginLoss(loss, batch, { gradients: true })',
  'const { embeddings: dx = [], classWeights: dw = [] } = gradients',
  'return [value, Number(dx[0]), Number(dx[5]), Number(dw[1])]',
]
const expected = [4.948918383723129, 0.5015497803688049, 1.4562678337097168, 2.3576014041900635]

/** One program for each package. */
export const programs: readonly ConsumerProgram[] = [
  {
    package: '@arcmargin/core',
    imports: { '@arcmargin/core': ['arcFace'], '@arcmargin/core/head': ['marginLoss'] },
    lines: [...data, ...trained],
    expected,
    tolerance: 1e-6,
    beside: {},
  },
  {
    package: '@arcmargin/metrics',
    imports: { '@arcmargin/metrics': ['pairScores', 'tarAtFar'] },
    lines: [
      'const embeddings = Float32Array.of(1, 0, 3, 1, 0, 1, 1, 2)',
      'const scores = pairScores(embeddings, [7, 7, 8, 8], { dimension: 2 })',
      'const [point] = tarAtFar(scores, [0.25])',
      'return [Number(point?.tar), Number(point?.threshold), scores.impostors]',
    ],
    expected: [1, Math.SQRT1_2, 4],
    tolerance: 1e-6,
    beside: {},
  },
  {
    package: '@arcmargin/wasm',
    imports: { '@arcmargin/wasm': ['arcFace', 'marginLoss'] },
    lines: [...data, ...trained],
    expected,
    tolerance: 1e-5,
    beside: {},
  },
  {
    package: '@arcmargin/tfjs',
    imports: {
      '@arcmargin/core': ['arcFace'],
      '@arcmargin/tfjs': ['marginLoss'],
      '@arcmargin/tfjs/wasm': [],
      '@tensorflow/tfjs-core': ['tf', '*'],
      '@tensorflow/tfjs-backend-cpu': [],
    },
    lines: [
      ...data,
      "await tf.setBackend('cpu')",
      'const x = tf.tensor2d(embeddings, [6, 2])',
      'const w = tf.tensor2d(classWeights, [3, 2])',
      'const loss = arcFace({ margin: 0.3, scale: 16 })',
      "const by = (reduction: 'mean' | 'none') => (a: tf.Tensor, b: tf.Tensor) => marginLoss(loss, a, b, labels, { reduction })",
      'const { value, grads } = tf.valueAndGrads(by("mean"))([x, w])',
      'const onTensorOps = tf.valueAndGrads(by("none"))([x, w], tf.fill([6], 1 / 6)).grads',
      'const gradients = [...grads, ...onTensorOps].map((gradient) => gradient.dataSync())',
      'const numbers = gradients.flatMap((all, i) => (i % 2 ? [Number(all[1])] : [Number(all[0]), Number(all[5])]))',
      'return [Number(value.dataSync()[0]), ...numbers]',
    ],
    expected: [...expected, ...expected.slice(1)],
    tolerance: 1e-5,
    beside: {
      '@arcmargin/wasm': '*',
      '@tensorflow/tfjs-core': '4.22.0',
      '@tensorflow/tfjs-backend-cpu': '4.22.0',
    },
    skipLibCheck: true,
  },
  {
    package: '@arcmargin/onnx',
    imports: {
      '@arcmargin/core': ['arcFace', 'lossFromJson'],
      '@arcmargin/onnx': ['decodeModel', 'exportGradients'],
    },
    lines: [
      'const loss = arcFace({ margin: 0.3, scale: 16 })',
      'const { bytes } = exportGradients(loss, { dimension: 2, classes: 3 })',
      'const { graph, opsetImport, metadataProps } = decodeModel(bytes)',
      "const stored = metadataProps.find(({ key }) => key === 'arcmargin.loss')",
      "const again = lossFromJson(stored?.value ?? '{}')",
      'const version = Number(opsetImport[0]?.version)',
      "return [graph.input.length, graph.output.length, version, Number(again.parameters['margin'])]",
    ],
    expected: [3, 4, 17, 0.3],
    tolerance: 0,
    beside: {},
  },
  {
    package: '@arcmargin/webgpu',
    imports: { '@arcmargin/core': ['arcFace'], '@arcmargin/webgpu': ['MarginHead'] },
    lines: [
      ...data,
      'const adapter = await navigator.gpu.requestAdapter()',
      'const device = await adapter!.requestDevice()',
      'const shape = { classes: 3, dimension: 2 }',
      'const head = await MarginHead.create(device, arcFace({ margin: 0.3, scale: 16 }), shape)',
      'head.load(classWeights)',
      'const { loss, gradients } = await head.backward({ embeddings, labels })',
      'const { embeddings: dx = [], classWeights: dw = [] } = gradients',
      'return [loss, Number(dx[0]), Number(dx[5]), Number(dw[1])]',
    ],
    expected,
    tolerance: 1e-5,
    beside: {},
    inNode: {
      lines: [
        "const { create } = await import('webgpu')",
        "Object.defineProperty(globalThis, 'navigator', { value: { gpu: create([]) }, configurable: true })",
      ],
      installs: { webgpu: '0.6.2' },
    },
  },
  {
    package: '@arcmargin/mpi',
    imports: { '@arcmargin/core': ['arcFace'], '@arcmargin/mpi': ['ShardedHead', 'single'] },
    lines: [
      ...data,
      'const head = await ShardedHead.create({',
      '  collective: single(),',
      '  loss: arcFace({ margin: 0.3, scale: 16 }),',
      '  classes: 3,',
      '  dimension: 2,',
      '  weights: (first, target) => target.set(classWeights.subarray(2 * first, 2 * first + target.length)),',
      "  optimizer: { type: 'sgd', learningRate: 0.1 },",
      '})',
      'const { loss, gradients } = await head.step({ embeddings, labels })',
      'const { embeddings: dx = [] } = gradients',
      'return [loss, Number(dx[0]), Number(dx[5])]',
    ],
    expected: expected.slice(0, 3),
    tolerance: 1e-5,
    beside: {},
    onlyInNode: true,
  },
]
