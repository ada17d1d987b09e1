import { emitShader } from '@arcmargin/core/shader'
import * as tf from '@tensorflow/tfjs-core'
import {
  type FormulaAttributes,
  formulaKernel,
  type RowReduction,
  rowsKernel,
} from './expression/kernel.js'
import { functions } from './webgl/functions.js'
import { glsl } from './webgl/glsl.js'

/** A program as TensorFlow.js's webgl backend takes it. */
interface Program {
  readonly variableNames: string[]
  readonly outputShape: number[]
  readonly packedInputs: boolean
  readonly packedOutput: boolean
  readonly customUniforms: { readonly name: string; readonly type: 'float' }[]
  readonly userCode: string
}

/** What the kernel uses of the backend. */
interface WebGlBackend {
  compileAndRun(
    program: Program,
    inputs: tf.TensorInfo[],
    dtype: tf.DataType,
    uniforms: number[][],
  ): tf.TensorInfo
}

const coordinates = ['int', 'int', 'ivec2', 'ivec3', 'ivec4', 'ivec5', 'ivec6']
const letters = ['x', 'y', 'z', 'w', 'u', 'v']

/** A texel holds two rows of two values: those beyond the shape must be 0, since sums run over whole texels. */
const withinShape = (shape: readonly number[]): string => {
  const rank = shape.length
  if (tf.util.sizeFromShape([...shape]) === 1) return 'result.yzw = vec3(0.0);'
  const at = `${coordinates[rank]} at = getOutputCoords();`
  if (rank === 1) {
    return `${at}
  result.y = at + 1 >= ${shape[0]} ? 0.0 : result.y;
  result.zw = vec2(0.0);`
  }
  const beyond = (axis: number): string => `at.${letters[axis]} + 1 >= ${shape[axis]}`
  return `${at}
  if (${beyond(rank - 1)}) { result.yw = vec2(0.0); }
  if (${beyond(rank - 2)}) { result.zw = vec2(0.0); }`
}

/** Computes one texel of the value. */
const programFor = (
  { formula, numbers }: FormulaAttributes,
  names: readonly string[],
  outputShape: number[],
): Program => {
  const uniforms = Object.keys(numbers)
  const nameOf = (input: string): string => {
    const at = names.indexOf(input)
    return at >= 0 ? `v${at}` : `vec4(u${uniforms.indexOf(input)})`
  }
  const read = names.map((_, at) => `vec4 v${at} = getS${at}AtOutCoords();`).join('\n  ')
  const { statements, results } =
    typeof formula === 'string'
      ? { statements: '', results: [`${formula}(${names.map(nameOf).join(', ')})`] }
      : emitShader(glsl, [formula], nameOf)
  return {
    variableNames: names.map((_, at) => `s${at}`),
    outputShape,
    packedInputs: true,
    packedOutput: true,
    customUniforms: uniforms.map((_, at) => ({ name: `u${at}`, type: 'float' as const })),
    userCode: `${functions}
void main() {
  ${read}
  ${statements}
  vec4 result = ${results[0]};
  ${withinShape(outputShape)}
  setOutput(result);
}`,
  }
}

const computeFormula = (
  backend: WebGlBackend,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  attributes: FormulaAttributes,
): tf.TensorInfo => {
  const names = Object.keys(inputs)
  const tensors = Object.values(inputs)
  const shape = tensors
    .map((tensor) => tensor.shape)
    .reduce((a, b) => tf.broadcast_util.assertAndGetBroadcastShape(a, b))
  const program = programFor(attributes, names, shape)
  const uniforms = Object.values(attributes.numbers).map((value) => [value])
  return backend.compileAndRun(program, tensors, 'float32', uniforms)
}

const reductions: Readonly<Record<RowReduction, (texel: string, sum: string) => string>> = {
  dot: (texel, sum) => `${sum} + ${texel}`,
  largest: (texel, sum) => `max(${sum}, ${texel})`,
}

const texels: Readonly<Record<RowReduction, string>> = {
  dot: 'getA(at.x, d) * getB(at.x, d)',
  largest: 'abs(getA(at.x, d))',
}

/** Texels of a row that are taken together first, so that sums of long rows keep their digits. */
const run = 16

/** Walks along two rows at once: a texel holds two values of each. */
const rowsProgram = (
  reduction: RowReduction,
  [rows = 0, width = 0]: readonly number[],
): Program => {
  const join = reductions[reduction]
  return {
    variableNames: ['A', 'B'].slice(0, reduction === 'dot' ? 2 : 1),
    outputShape: [rows, 1],
    packedInputs: true,
    packedOutput: true,
    customUniforms: [],
    userCode: `void main() {
  ivec2 at = getOutputCoords();
  vec4 whole = vec4(0.0);
  for (int first = 0; first < ${width}; first += ${2 * run}) {
    vec4 part = vec4(0.0);
    for (int d = first; d < min(first + ${2 * run}, ${width}); d += 2) {
      vec4 texel = ${texels[reduction]};
      part = ${join('texel', 'part')};
    }
    whole = ${join('part', 'whole')};
  }
  vec4 result = vec4(${join('whole.x', 'whole.y')}, 0.0, ${join('whole.z', 'whole.w')}, 0.0);
  if (at.x + 1 >= ${rows}) { result.z = 0.0; }
  setOutput(result);
}`,
  }
}

/**
 * Importing this module makes the losses compute their formulas in one pass each where TensorFlow.js's webgl backend is set: as programs
 * of GLSL that are written from core's formulas. It takes WebGL 2 with 32-bit float textures; elsewhere the tensor ops stay.
 */
tf.registerKernel({
  kernelName: formulaKernel,
  backendName: 'webgl',
  kernelFunc: ({ inputs, backend, attrs }) =>
    computeFormula(
      backend as WebGlBackend,
      inputs as Record<string, tf.TensorInfo>,
      attrs as unknown as FormulaAttributes,
    ),
})

tf.registerKernel({
  kernelName: rowsKernel,
  backendName: 'webgl',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const matrices = Object.values(inputs) as tf.TensorInfo[]
    const reduction = attrs?.['reduction'] as RowReduction
    const program = rowsProgram(reduction, matrices[0]?.shape ?? [])
    return (backend as WebGlBackend).compileAndRun(program, matrices, 'float32', [])
  },
})
