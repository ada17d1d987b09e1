import { functions } from './functions.js'

/** Lengths of arrays within one another, the outermost first. */
type Lengths = `[${number}]` | `[${number}][${number}]` | `[${number}][${number}][${number}]`

/** What a binding may hold: numbers, vectors of four, or runs of a fixed length of them. */
type ElementKind =
  | 'f32'
  | 'f16'
  | 'vec4'
  | 'half'
  | 'atomic'
  | `${'f32' | 'vec4' | 'half'}${Lengths}`

/** What a binding may be: how it is used and of what it is an array. */
export type BindingKind = `${'read' | 'write'} ${ElementKind}`

/** One compute shader: which buffers it uses under which names, how many threads share a workgroup, and its body. */
export interface Kernel {
  readonly name: string
  readonly bindings: Readonly<Record<string, BindingKind>>
  /** Threads of a workgroup along x. */
  readonly threads: number
  /** And along y. Default 1. */
  readonly threadsAlongY?: number
  /** Whether neighbours swap values: `invocation` tells them apart. Takes the feature `subgroups`. Default false. */
  readonly swaps?: boolean
  /** Types of variables that a workgroup shares, by name. */
  readonly workgroup?: Readonly<Record<string, string>>
  /** Statements; `id` is the global invocation, `local` that in the workgroup `group`, `size` the sizes of the dispatch. */
  readonly body: string
}

/** Sizes of a dispatch, in the order of the uniform buffer. */
export const sizeNames = [
  /** N. */
  'rows',
  /** N rounded up to whole tiles. */
  'padded',
  /** First column of the chunk. */
  'first',
  /** Columns in the chunk. */
  'count',
  /** Classes that take part. */
  'columns',
  /** Where the chunk's vectors start in `cosines` and `vectors`. */
  'place',
  /** Where they start in the bound weights. */
  'start',
  /** 1 in the first chunk of a pass. */
  'opens',
] as const

/** Sizes of a dispatch by name. */
export type Sizes = Readonly<Record<(typeof sizeNames)[number], number>>

const elements: Readonly<Record<string, string>> = {
  f32: 'f32',
  f16: 'f16',
  vec4: 'vec4<f32>',
  half: 'vec4<f16>',
  atomic: 'atomic<u32>',
}

/** The type of an element in WGSL. An index into a run is checked once for all that is read through it. */
const typeOf = (kind: string): string => {
  const [name = '', ...lengths] = kind.split(/[[\]]+/).filter(Boolean)
  return lengths.reduceRight((type, length) => `array<${type}, ${length}>`, `${elements[name]}`)
}

/** The WGSL of a kernel. Buffers are bound in the order of `bindings`, after the sizes. */
export const moduleOf = (kernel: Kernel): string => {
  const { name, bindings, threads, threadsAlongY = 1, swaps = false, workgroup = {}, body } = kernel

  const variables = Object.entries(bindings).map(([variable, kind], index) => {
    const [access, element = ''] = kind.split(' ')
    const mode = access === 'read' ? 'read' : 'read_write'
    return `@group(0) @binding(${index + 1}) var<storage, ${mode}> ${variable}: array<${typeOf(element)}>;`
  })
  const shared = Object.entries(workgroup).map(
    ([variable, type]) => `var<workgroup> ${variable}: ${type};`,
  )
  const halves = Object.values(bindings).some((kind) => / (half|f16)/.test(kind))
  return `${halves ? 'enable f16;\n' : ''}${swaps ? 'enable subgroups;\n' : ''}struct Sizes { ${sizeNames.map((size) => `${size}: u32`).join(', ')} }
@group(0) @binding(0) var<uniform> sizes: Sizes;
${variables.join('\n')}
${shared.join('\n')}
${functions}
@compute @workgroup_size(${threads}, ${threadsAlongY}, 1)
fn ${name}(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
  @builtin(workgroup_id) group: vec3<u32>,${swaps ? '\n  @builtin(subgroup_invocation_id) invocation: u32,' : ''}
) {
  // Read once: not every driver keeps what it has read.
  let size = sizes;
${body}
}
`
}
