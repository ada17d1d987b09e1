import * as tf from '@tensorflow/tfjs-core'
import { functions } from './functions.js'

/** A program as TensorFlow.js's webgl backend takes it. */
interface Program {
  readonly variableNames: string[]
  readonly outputShape: number[]
  readonly packedInputs: boolean
  readonly packedOutput: boolean
  readonly customUniforms: { readonly name: string; readonly type: 'float' }[]
  readonly userCode: string
}

/** What the kernels use of the backend. */
export interface WebGlBackend {
  readonly texData: {
    get(dataId: object): {
      readonly isPacked?: boolean
      readonly texture?: object | null
      readonly texShape?: readonly number[]
    }
  }
  makeTensorInfo(shape: number[], dtype: tf.DataType, values?: Float32Array): tf.TensorInfo
  packTensor(info: tf.TensorInfo): tf.TensorInfo
  disposeIntermediateTensorInfo(info: tf.TensorInfo): void
  compileAndRun(
    program: Program,
    inputs: tf.TensorInfo[],
    dtype: tf.DataType,
    uniforms: number[][],
  ): tf.TensorInfo
}

/** One program on one output: a texel of it holds two rows of two values. */
export interface Pass {
  readonly shape: readonly number[]
  /** Tensors by the names of their samplers, which begin with a capital: `Rows` is read by `getRows`. */
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>
  /** Numbers that are no part of the program: other values compile nothing new. */
  readonly numbers?: Readonly<Record<string, number>>
  /** Functions that `main` calls. */
  readonly helpers?: string
  /** Statements that set `vec4 result`; `at` is the row and the column of its first value, where the output is a matrix. */
  readonly main: string
}

const coordinates = ['int', 'int', 'ivec2', 'ivec3', 'ivec4', 'ivec5', 'ivec6']
const letters = ['x', 'y', 'z', 'w', 'u', 'v']

/** Values beyond the shape must be 0, since sums run over whole texels. */
const withinShape = (shape: readonly number[]): string => {
  const rank = shape.length
  if (tf.util.sizeFromShape([...shape]) === 1) return 'result.yzw = vec3(0.0);'
  if (rank === 1) {
    return `result.y = at + 1 >= ${shape[0]} ? 0.0 : result.y;
  result.zw = vec2(0.0);`
  }
  const cut = (axis: number, values: string): string =>
    (shape[axis] as number) % 2 === 0
      ? ''
      : `if (at.${letters[axis]} + 1 >= ${shape[axis]}) { result.${values} = vec2(0.0); }`
  return `${cut(rank - 1, 'yw')}
  ${cut(rank - 2, 'zw')}`
}

/** What GLSL calls the numbers of a pass, as vectors. */
export const numberNames = (
  numbers: Readonly<Record<string, number>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.keys(numbers).map((name, index) => [name, `vec4(u${index})`]))

/** Runs a pass. */
export const run = (
  backend: WebGlBackend,
  { shape, inputs, numbers = {}, helpers = '', main }: Pass,
): tf.TensorInfo => {
  const uniforms = Object.values(numbers).map((value) => [value])
  const program: Program = {
    variableNames: Object.keys(inputs),
    outputShape: [...shape],
    packedInputs: true,
    packedOutput: true,
    customUniforms: uniforms.map((_, index) => ({ name: `u${index}`, type: 'float' as const })),
    userCode: `${functions}
${helpers}
void main() {
  ${coordinates[shape.length]} at = getOutputCoords();
  ${main}
  ${withinShape(shape)}
  setOutput(result);
}`,
  }
  return backend.compileAndRun(program, Object.values(inputs), 'float32', uniforms)
}

/** Rows and columns of texels of a matrix whose texture has its shape; undefined where it had to be folded. */
export const plainTexture = (
  { texData }: WebGlBackend,
  { dataId, shape }: tf.TensorInfo,
): readonly [rows: number, columns: number] | undefined => {
  const texture = texData.get(dataId).texShape ?? []
  const texels = shape.map((size) => Math.ceil(size / 2)) as [number, number]
  return texels.every((size, axis) => 2 * size === texture[axis]) ? texels : undefined
}

/** Runs with a matrix in the form in which passes read it, so that not each of them has to bring it there. */
export const withPacked = <T>(
  backend: WebGlBackend,
  matrix: tf.TensorInfo,
  use: (packed: tf.TensorInfo) => T,
): T => {
  const { isPacked, texture } = backend.texData.get(matrix.dataId)
  if (isPacked || !texture) return use(matrix)
  const packed = backend.packTensor(matrix)
  const result = use(packed)
  backend.disposeIntermediateTensorInfo(packed)
  return result
}
