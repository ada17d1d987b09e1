import type { Design } from '../head/design.js'
import type { Tiles } from '../head/tiles.js'
import { weightAccess } from '../wgsl/scope.js'
import { type Product, range, sharedThreads, sharedTile, sharedTiles } from './product.js'

/** Four rows at dimension 4d + j, `x0` to `x3`, times four values of a class weight: the same sum in both tilings. */
const addQuad = (sum: string): string => `${sum} += (x0 * w.x + x1 * w.y) + (x2 * w.z + x3 * w.w);`

/**
 * Stage 2: the cosines of all rows with a chunk of vectors, [vectors, rows]. A thread has four rows: one of each four of sixteen, so that
 * neighbours read neighbouring values; all threads of a workgroup read the same weights.
 */
const direct = (design: Design, { cosine: tile, cosineGroup }: Tiles): Product => {
  const { quads, subCenters } = design
  const { runs, widen } = weightAccess(design)
  return {
    threads: (padded, vectors) => [padded / 4, Math.ceil(vectors / tile)],
    kernel: {
      name: 'cosine_product',
      bindings: {
        turned_unit: 'read f32',
        weights: `read ${runs}`,
        vectors: 'read vec4',
        cosines: 'write f32',
      },
      threads: 16,
      threadsAlongY: cosineGroup,
      body: `
  let row = (id.x / 4u) * 16u + id.x % 4u;
  let vectorCount = size.count * ${subCenters}u;
  let v = id.y * ${tile}u;
  if ((row >= size.padded) | (v >= vectorCount)) { return; }
  let last = vectorCount - 1u;
  ${range(tile)
    .map(
      (t) =>
        `let w${t} = &weights[size.start + min(v + ${t}u, last)];\n  var a${t} = vec4<f32>(0);`,
    )
    .join('\n  ')}
  for (var d = 0u; d < ${quads}u; d++) {
    let at = 4u * d * size.padded + row;
    ${range(4)
      .map((j) => {
        const rows = range(4).map((i) => `turned_unit[at + ${j}u * size.padded + ${4 * i}u]`)
        return `let x${j} = vec4(${rows.join(', ')});`
      })
      .join('\n    ')}
    ${range(tile)
      .map((t) => `{ let w = ${widen(`(*w${t})[d]`)}; ${addQuad(`a${t}`)} }`)
      .join('\n    ')}
  }
  ${range(tile)
    .map((t) => {
      const stores = range(4).map((i) => `cosines[at + ${4 * i}u] = values[${i}];`)
      return `if (v + ${t}u < vectorCount) {
    let at = (size.place + v + ${t}u) * size.padded + row;
    let values = a${t} * vectors[size.place + v + ${t}u].x;
    ${stores.join(' ')}
  }`
    })
    .join('\n  ')}`,
    },
  }
}

/** The same with tiles of 64 rows and 64 vectors in workgroup memory; a thread has four rows and every 16th vector. */
const shared = (design: Design): Product => {
  const { quads, subCenters } = design
  const { kind, load } = weightAccess(design)
  return {
    threads: (padded, vectors) => [padded / 4, sharedThreads * Math.ceil(vectors / sharedTile)],
    kernel: {
      name: 'cosine_product',
      bindings: {
        turned_unit: 'read vec4',
        weights: `read ${kind}`,
        vectors: 'read vec4',
        cosines: 'write vec4',
      },
      threads: sharedThreads,
      threadsAlongY: sharedThreads,
      workgroup: sharedTiles,
      body: `
  let quad = id.x;
  let rowQuads = size.padded / 4u;
  let vectorCount = size.count * ${subCenters}u;
  let first = group.y * ${sharedTile}u;
  // Which value of each tile this thread brings: a dimension of four rows, four dimensions of a vector.
  let depth = local.y;
  let vector = first + (16u * local.y + local.x) / 4u;
  let part = local.x % 4u;
  ${range(4)
    .map((t) => `var a${t} = vec4<f32>(0);`)
    .join(' ')}
  for (var start = 0u; start < ${quads}u; start += 4u) {
    left[16u * depth + local.x] = vec4<f32>(0);
    if ((quad < rowQuads) & (start + depth / 4u < ${quads}u)) { left[16u * depth + local.x] = turned_unit[(4u * start + depth) * rowQuads + quad]; }
    right[64u * part + 4u * local.y + local.x / 4u] = vec4<f32>(0);
    if ((vector < vectorCount) & (start + part < ${quads}u)) { right[64u * part + 4u * local.y + local.x / 4u] = ${load(`(size.start + vector) * ${quads}u + start + part`)}; }
    workgroupBarrier();
    for (var q = 0u; q < 4u; q++) {
      ${range(4)
        .map((j) => `let x${j} = left[16u * (4u * q + ${j}u) + local.x];`)
        .join('\n      ')}
      ${range(4)
        .map((t) => `{ let w = right[64u * q + local.y + ${16 * t}u]; ${addQuad(`a${t}`)} }`)
        .join('\n      ')}
    }
    workgroupBarrier();
  }
  if (quad >= rowQuads) { return; }
  ${range(4)
    .map(
      (t) =>
        `{ let v = first + local.y + ${16 * t}u; if (v < vectorCount) { cosines[(size.place + v) * rowQuads + quad] = a${t} * vectors[size.place + v].x; } }`,
    )
    .join('\n  ')}`,
    },
  }
}

/** Stage 2 for a chunk as tiles say. */
export const cosineProduct = (design: Design, tiles: Tiles): Product =>
  tiles.cosineTiling === 'shared' ? shared(design) : direct(design, tiles)
