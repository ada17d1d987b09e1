import { requestDevice } from '../../../scripts/webgpu.mjs'

/** C = A·Bᵀ with A [n, k], B [m, k]. */
const [n, m, k] = [64, 10_000, 128]
/** Of one kernel in a row, as many as a training step has: both are as long, and meet the same disturbances. */
const products = 3

/** A thread has a column of C for `rows` rows: B is read as vectors of four along k, A is the same for all threads. */
const product = (rows: number): string => `
@group(0) @binding(0) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> b: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let column = id.x;
  if (column >= ${m}u) { return; }
  let first = id.y * ${rows}u;
  ${range(rows, (row) => `var sum${row} = 0f;`)}
  for (var d = 0u; d < ${k / 4}u; d++) {
    let value = b[column * ${k / 4}u + d];
    ${range(rows, (row) => `sum${row} += dot(a[(first + ${row}u) * ${k / 4}u + d], value);`)}
  }
  ${range(rows, (row) => `c[(first + ${row}u) * ${m}u + column] = sum${row};`)}
}`

/** Lanes along the rows with A turned, as vectors of four of them; a thread has `columns` columns, whose B is the same for all threads. */
const turned = (columns: number): string => `
@group(0) @binding(0) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> b: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> c: array<vec4<f32>>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let quad = id.x;
  let first = id.y * ${columns}u;
  ${range(columns, (column) => `var sum${column} = vec4<f32>(0);`)}
  for (var d = 0u; d < ${k / 4}u; d++) {
    let at = 4u * d * ${n / 4}u + quad;
    let x0 = a[at];
    let x1 = a[at + ${n / 4}u];
    let x2 = a[at + ${n / 2}u];
    let x3 = a[at + ${(3 * n) / 4}u];
    ${range(columns, (column) => `{ let w = b[(first + ${column}u) * ${k / 4}u + d]; sum${column} += (x0 * w.x + x1 * w.y) + (x2 * w.z + x3 * w.w); }`)}
  }
  ${range(columns, (column) => `c[(first + ${column}u) * ${n / 4}u + quad] = sum${column};`)}
}`

/** The same with four rows of A apart, so that neighbours read neighbouring values, and columns of B as runs. */
const strided = (columns: number): string => `
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<array<vec4<f32>, ${k / 4}>>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let row = (id.x / 4u) * 16u + id.x % 4u;
  let first = id.y * ${columns}u;
  ${range(columns, (column) => `let b${column} = &b[first + ${column}u]; var sum${column} = vec4<f32>(0);`)}
  for (var d = 0u; d < ${k / 4}u; d++) {
    let at = 4u * d * ${n}u + row;
    ${range(4, (j) => `let x${j} = vec4(${[0, 4, 8, 12].map((i) => `a[at + ${j * n + i}u]`).join(', ')});`)}
    ${range(columns, (column) => `{ let w = (*b${column})[d]; sum${column} += (x0 * w.x + x1 * w.y) + (x2 * w.z + x3 * w.w); }`)}
  }
  ${range(columns, (column) => [0, 4, 8, 12].map((i, r) => `c[(first + ${column}u) * ${n}u + row + ${i}u] = sum${column}[${r}];`).join(' '))}
}`

/** A tile of C for each thread, from runs of A and of B: each value that is read serves the whole tile. */
const tiled = (rows: number, columns: number): string => `
@group(0) @binding(0) var<storage, read> a: array<array<vec4<f32>, ${k / 4}>>;
@group(0) @binding(1) var<storage, read> b: array<array<vec4<f32>, ${k / 4}>>;
@group(0) @binding(2) var<storage, read_write> c: array<array<f32, ${rows}>>;
@compute @workgroup_size(${n / rows})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let first = id.y * ${columns}u;
  ${range(rows, (row) => `let a${row} = &a[id.x * ${rows}u + ${row}u];`)}
  ${range(columns, (column) => `let b${column} = &b[first + ${column}u];`)}
  ${range(rows * columns, (i) => `var sum${i} = 0f;`)}
  for (var d = 0u; d < ${k / 4}u; d++) {
    ${range(rows, (row) => `let x${row} = (*a${row})[d];`)}
    ${range(columns, (column) => `{ let w = (*b${column})[d]; ${range(rows, (row) => `{ let p = x${row} * w; sum${column * rows + row} += (p.x + p.y) + (p.z + p.w); }`)} }`)}
  }
  ${range(columns, (column) => `{ let run = &c[(first + ${column}u) * ${n / rows}u + id.x]; ${range(rows, (row) => `(*run)[${row}] = sum${column * rows + row};`)} }`)}
}`

const range = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join('\n    ')

/** Kernels with the workgroups that they need along x and y. */
const candidates = [
  ...[4, 8, 16].map((rows) => [product(rows), Math.ceil(m / 64), n / rows] as const),
  ...[4, 8].map((columns) => [turned(columns), 1, m / columns] as const),
  ...[4, 8].map((columns) => [strided(columns), 1, m / columns] as const),
  ...[8, 16].map((rows) => [tiled(rows, 16), 1, m / 16] as const),
  ...[20, 25].map((columns) => [tiled(16, columns), 1, m / columns] as const),
]

/** Prepares the measurement of plain matrix products on the adapter that the engines use: the best of a few kernels, in GFLOP/s. */
export const gpuPeak = async (): Promise<() => Promise<number>> => {
  const device = await requestDevice()
  const buffer = (values: number): GPUBuffer =>
    device.createBuffer({ size: 4 * values, usage: GPUBufferUsage.STORAGE })
  const buffers = [buffer(n * k), buffer(m * k), buffer(n * m)]
  const dispatches = await Promise.all(
    candidates.map(async ([code, x, y]) => {
      const module = device.createShaderModule({ code })
      const pipeline = await device.createComputePipelineAsync({
        layout: 'auto',
        compute: { module },
      })
      const group = device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: buffers.map((one, binding) => ({ binding, resource: { buffer: one } })),
      })
      return async (): Promise<number> => {
        const encoder = device.createCommandEncoder()
        const pass = encoder.beginComputePass()
        pass.setPipeline(pipeline)
        pass.setBindGroup(0, group)
        for (let product = 0; product < products; product++) pass.dispatchWorkgroups(x, y)
        pass.end()
        const start = performance.now()
        device.queue.submit([encoder.finish()])
        await device.queue.onSubmittedWorkDone()
        return performance.now() - start
      }
    }),
  )
  return async () => {
    let fastest = Number.POSITIVE_INFINITY
    // Once each, so that a kernel has as many chances as an engine has turns.
    for (const dispatch of dispatches) fastest = Math.min(fastest, await dispatch())
    return (products * 2 * n * m * k) / 1e6 / fastest
  }
}
