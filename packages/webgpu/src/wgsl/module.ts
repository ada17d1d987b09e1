import { functions } from './functions.js'

/** What a binding may be: how it is used and of what it is an array. */
export type BindingKind = `${'read' | 'write'} ${'f32' | 'vec4' | 'half' | 'atomic'}`

/** One compute shader: which buffers it uses under which names, how many threads share a workgroup, and its body. */
export interface Kernel {
  readonly name: string
  readonly bindings: Readonly<Record<string, BindingKind>>
  /** Threads of a workgroup along x. */
  readonly threads: number
  /** And along y. Default 1. */
  readonly threadsAlongY?: number
  /** Statements; \`id\` is the global invocation, \`size\` the sizes of the dispatch. */
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

const elements = {
  f32: 'f32',
  vec4: 'vec4<f32>',
  half: 'vec4<f16>',
  atomic: 'atomic<u32>',
} as const

/** The WGSL of a kernel. Buffers are bound in the order of `bindings`, after the sizes. */
export const moduleOf = ({ name, bindings, threads, threadsAlongY = 1, body }: Kernel): string => {
  const variables = Object.entries(bindings).map(([variable, kind], index) => {
    const [access, element] = kind.split(' ') as ['read' | 'write', keyof typeof elements]
    const mode = access === 'read' ? 'read' : 'read_write'
    return `@group(0) @binding(${index + 1}) var<storage, ${mode}> ${variable}: array<${elements[element]}>;`
  })
  const halves = Object.values(bindings).some((kind) => kind.endsWith('half'))
  return `${halves ? 'enable f16;\n' : ''}struct Sizes { ${sizeNames.map((size) => `${size}: u32`).join(', ')} }
@group(0) @binding(0) var<uniform> size: Sizes;
${variables.join('\n')}
${functions}
@compute @workgroup_size(${threads}, ${threadsAlongY}, 1)
fn ${name}(@builtin(global_invocation_id) id: vec3<u32>) {
${body}
}
`
}
