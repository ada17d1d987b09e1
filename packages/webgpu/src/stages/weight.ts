import type { Design } from '../head/design.js'
import type { Tiles } from '../head/tiles.js'
import type { Kernel } from '../wgsl/module.js'
import { accessTo, weightAccess } from '../wgsl/scope.js'
import {
  declareStrided,
  loadQuad,
  type Product,
  type Quad,
  range,
  sharedThreads,
  sharedTile,
  sharedTiles,
  stridedQuad,
  stridedThreads,
  wholeQuad,
} from './product.js'

/** What becomes of the gradient by the weights: it goes out, or moves them. */
export interface WeightOutput {
  readonly name: string
  readonly bindings: Kernel['bindings']
  /** Statements that declare what `write` needs. */
  readonly prepare: string
  /** Statements for vector `v` of the chunk with `weight`, `gradient`; the vector starts at `at` in the bound weights. */
  write(quad: Quad): string
}

const bindingsOf = (output: WeightOutput, unit: 'f32' | 'vec4', factors: 'vec4' | 'vec4[4]') => ({
  rows: 'read f32' as const,
  unit: `read ${unit}` as const,
  cosines: `read ${factors}` as const,
  vectors: 'read vec4' as const,
  pulls: 'read f32' as const,
  ...output.bindings,
})

/** Four rows `x0` to `x3` times their factors of a vector: the same sum in both tilings. */
const addRows = (sum: string): string => `${sum} += (g.x * x0 + g.y * x1) + (g.z * x2 + g.w * x3);`

/**
 * What follows the product for each of a thread's vectors: what lies along the weight itself is taken out, the targets' pulls are added.
 *
 * @param vectorOf the t-th vector as WGSL.
 */
const finishVectors = (
  design: Design,
  quad: Quad,
  tile: number,
  vectorOf: (t: number) => string,
  output: WeightOutput,
): string => {
  const { quads, subCenters } = design
  const { slot } = accessTo(design)
  const pull = `(row * ${subCenters + 1}u + 1u + k) * ${4 * quads}u`
  // Written out: sums with a changing index would leave the registers.
  const each = (t: number): string => `{
    let v = ${vectorOf(t)};
    if (v >= vectorCount) { return; }
    let at = (size.start + v) * ${4 * quads}u;
    let weight = ${loadQuad(quad, 'weights', 'at')};
    let vector = vectors[size.place + v];
    let inverse = vector.x;
    let towards = weight * inverse;
    var gradient = a${t} - towards * (vector.y * inverse);
    var byNorm = vector.z;
    if (vector.w > 0) {
      let k = v % ${subCenters}u;
      let column = f32(size.first + v / ${subCenters}u);
      for (var row = 0u; row < size.rows; row++) {
        if (${slot('own')} != column) { continue; }
        gradient += ${loadQuad(quad, 'pulls', pull)} * inverse;
        if (u32(${slot('chosen')}) == k) { byNorm += ${slot('weightNormSlope')}; }
      }
    }
    gradient = select(gradient + byNorm * towards, vec4<f32>(0), inverse == 0);
    ${output.write(quad)}
  }`
  return `
  ${output.prepare}
  ${range(tile).map(each).join('\n  ')}`
}

/** Stage 5, second product, for a chunk: a thread has four values of D of `tile` vectors, whose factors all threads of a workgroup share. */
const direct = (
  design: Design,
  { weight: tile, weightGroup }: Tiles,
  output: WeightOutput,
): Product => {
  const { quads, subCenters } = design
  const quad = stridedQuad(design)
  return {
    threads: (_padded, vectors) => [stridedThreads(design), Math.ceil(vectors / tile)],
    kernel: {
      name: output.name,
      bindings: bindingsOf(output, 'f32', 'vec4[4]'),
      threads: 32,
      threadsAlongY: weightGroup,
      body: `
  ${declareStrided}
  let first = id.y * ${tile}u;
  let vectorCount = size.count * ${subCenters}u;
  if ((d >= ${4 * quads}u) | (first >= vectorCount)) { return; }
  let blocks = size.padded / 16u;
  ${range(tile)
    .map(
      (t) =>
        `var a${t} = vec4<f32>(0);\n  let g${t} = (size.place + min(first + ${t}u, vectorCount - 1u)) * blocks;`,
    )
    .join('\n  ')}
  for (var block = 0u; block < blocks; block++) {
    ${range(tile)
      .map((t) => `let p${t} = &cosines[g${t} + block];`)
      .join('\n    ')}
    for (var n = 0u; n < 4u; n++) {
      let at = (16u * block + 4u * n) * ${4 * quads}u;
      ${range(4)
        .map((r) => `let x${r} = ${loadQuad(quad, 'unit', `at + ${4 * r * quads}u`)};`)
        .join('\n      ')}
      ${range(tile)
        .map((t) => `{ let g = (*p${t})[n]; ${addRows(`a${t}`)} }`)
        .join('\n      ')}
    }
  }
  ${finishVectors(design, quad, tile, (t) => `first + ${t}u`, output)}`,
    },
  }
}

/** The same with tiles of 16 rows by 64 values and by 64 vectors in workgroup memory; a thread has four values of every 16th vector. */
const shared = (design: Design, output: WeightOutput): Product => {
  const { quads, subCenters } = design
  return {
    threads: (_padded, vectors) => [
      sharedThreads * Math.ceil((4 * quads) / sharedTile),
      sharedThreads * Math.ceil(vectors / sharedTile),
    ],
    kernel: {
      name: output.name,
      bindings: bindingsOf(output, 'vec4', 'vec4'),
      threads: sharedThreads,
      threadsAlongY: sharedThreads,
      workgroup: sharedTiles,
      body: `
  let vectorCount = size.count * ${subCenters}u;
  let rowQuads = size.padded / 4u;
  let first = group.y * ${sharedTile}u + local.y;
  // Which factors of the tile this thread brings: four rows of a vector.
  let vector = group.y * ${sharedTile}u + (16u * local.y + local.x) / 4u;
  let part = local.x % 4u;
  ${range(4)
    .map((t) => `var a${t} = vec4<f32>(0);`)
    .join(' ')}
  for (var start = 0u; start < rowQuads; start += 4u) {
    left[16u * local.y + local.x] = vec4<f32>(0);
    if (id.x < ${quads}u) { left[16u * local.y + local.x] = unit[(4u * start + local.y) * ${quads}u + id.x]; }
    right[64u * part + 4u * local.y + local.x / 4u] = vec4<f32>(0);
    if (vector < vectorCount) { right[64u * part + 4u * local.y + local.x / 4u] = cosines[(size.place + vector) * rowQuads + start + part]; }
    workgroupBarrier();
    for (var n = 0u; n < 4u; n++) {
      ${range(4)
        .map((r) => `let x${r} = left[16u * (4u * n + ${r}u) + local.x];`)
        .join('\n      ')}
      ${range(4)
        .map((t) => `{ let g = right[64u * n + local.y + ${16 * t}u]; ${addRows(`a${t}`)} }`)
        .join('\n      ')}
    }
    workgroupBarrier();
  }
  let d = 4u * id.x;
  if (id.x >= ${quads}u) { return; }
  ${finishVectors(design, wholeQuad, 4, (t) => `first + ${16 * t}u`, output)}`,
    },
  }
}

/** The product of stage 5 for the weights, and what becomes of their gradient, as tiles say. */
export const weightProduct = (design: Design, tiles: Tiles, output: WeightOutput): Product =>
  tiles.weightTiling === 'shared' ? shared(design, output) : direct(design, tiles, output)

/** Where d loss / d W of a chunk goes out, laid out as the caller's weights. */
export const gradientOutput = (design: Design): WeightOutput => ({
  name: 'weight_gradient',
  bindings: { weights: `read ${weightAccess(design).values}`, gradients: 'write f32' },
  prepare: '',
  write: (quad) =>
    range(4)
      .map(
        (i) =>
          `if (${quad.place(i)} < ${design.dimension}u) { gradients[(size.start + v) * ${design.dimension}u + ${quad.place(i)}] = gradient[${i}]; }`,
      )
      .join('\n    '),
})
