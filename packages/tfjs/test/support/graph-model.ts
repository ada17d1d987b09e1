import * as tf from '@tensorflow/tfjs'

const float = { type: 'DT_FLOAT' }

const shapeOf = (sizes: readonly number[]) => ({ dim: sizes.map((size) => ({ size })) })

const constant = (name: string, shape: readonly number[]) => ({
  name,
  op: 'Const',
  attr: { dtype: float, value: { tensor: { dtype: 'DT_FLOAT', tensorShape: shapeOf(shape) } } },
})

const product = (name: string, ...input: string[]) => ({
  name,
  op: 'MatMul',
  input,
  attr: { T: float, transpose_a: { b: false }, transpose_b: { b: false } },
})

/**
 * A frozen network as TensorFlow's converter writes it: relu(x·hidden)·output, which makes embeddings [N, dimension] of rows
 * [N, features].
 */
export const loadGraph = (features: number, dimension: number): Promise<tf.GraphModel> => {
  const width = 2 * features
  const shapes = { hidden: [features, width], output: [width, dimension] }
  const weights = tf.tidy(() =>
    Object.values(shapes).flatMap((shape, at) =>
      Array.from(tf.randomNormal(shape, 0, 1, 'float32', at + 1).dataSync()),
    ),
  )
  const modelTopology = {
    versions: { producer: 1 },
    node: [
      {
        name: 'x',
        op: 'Placeholder',
        attr: { dtype: float, shape: { shape: shapeOf([-1, features]) } },
      },
      constant('hidden', shapes.hidden),
      constant('output', shapes.output),
      product('wide', 'x', 'hidden'),
      { name: 'rectified', op: 'Relu', input: ['wide'], attr: { T: float } },
      product('embeddings', 'rectified', 'output'),
    ],
  }
  const weightSpecs = Object.entries(shapes).map(([name, shape]) => ({
    name,
    shape,
    dtype: 'float32' as const,
  }))
  const weightData = Float32Array.from(weights).buffer
  return tf.loadGraphModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }))
}
