import type * as tf from '@tensorflow/tfjs-core'
import { run, type WebGlBackend } from '../program.js'

/** The sum of two matrices. */
export const sum = (backend: WebGlBackend, a: tf.TensorInfo, b: tf.TensorInfo): tf.TensorInfo =>
  run(backend, {
    shape: a.shape,
    inputs: { A: a, B: b },
    main: 'vec4 result = getA(at.x, at.y) + getB(at.x, at.y);',
  })

/** Samplers that every WebGL 2 has. */
const most = 16

const join = (backend: WebGlBackend, parts: readonly tf.TensorInfo[]): tf.TensorInfo => {
  const width = parts[0]?.shape[1] as number
  let rows = 0
  const choices = parts.map(({ shape }, index) => {
    const first = rows
    rows += shape[0] as number
    return `${index === parts.length - 1 ? '' : `if (at.x < ${rows}) `}{ result = getP${index}(at.x - ${first}, at.y); }`
  })
  return run(backend, {
    shape: [rows, width],
    inputs: Object.fromEntries(parts.map((part, index) => [`P${index}`, part])),
    main: `vec4 result;
  ${choices.join('\n  else ')}`,
  })
}

/** Matrices below each other, which are freed. All but the last have an even number of rows. */
export const stacked = (backend: WebGlBackend, parts: readonly tf.TensorInfo[]): tf.TensorInfo => {
  let list = parts
  while (list.length > 1) {
    const groups = Array.from({ length: Math.ceil(list.length / most) }, (_, index) =>
      list.slice(index * most, (index + 1) * most),
    )
    list = groups.map((group) => {
      if (group.length === 1) return group[0] as tf.TensorInfo
      const joined = join(backend, group)
      for (const part of group) backend.disposeIntermediateTensorInfo(part)
      return joined
    })
  }
  return list[0] as tf.TensorInfo
}
