import type { Design } from '../head/design.js'
import type { Kernel } from '../wgsl/module.js'
import { weightAccess } from '../wgsl/scope.js'

/** Numbers 0 to n - 1, for loops that are written out. */
const range = (n: number): number[] => [...Array(n).keys()]

/**
 * Stage 2: the cosines of all rows with a chunk of vectors, [vectors, rows]. A thread computes four rows by `tile` vectors; threads
 * of a workgroup lie along the rows, so that they read the same weights, and `group` times along the vectors. No barriers and no
 * workgroup memory.
 */
export const cosineProduct = (design: Design, tile: number, group: number): Kernel => {
  const { quads, subCenters } = design
  const { kind, load } = weightAccess(design)
  return {
    name: 'cosine_product',
    bindings: {
      turned_unit: 'read vec4',
      weights: `read ${kind}`,
      vectors: 'read vec4',
      cosines: 'write vec4',
    },
    threads: 16,
    threadsAlongY: group,
    body: `
  let quad = id.x;
  let quads = size.padded / 4u;
  let vectorCount = size.count * ${subCenters}u;
  let v = id.y * ${tile}u;
  if ((quad >= quads) | (v >= vectorCount)) { return; }
  let last = vectorCount - 1u;
  ${range(tile)
    .map(
      (t) =>
        `let w${t} = (size.start + min(v + ${t}u, last)) * ${quads}u;\n  var a${t} = vec4<f32>(0);`,
    )
    .join('\n  ')}
  for (var d = 0u; d < ${quads}u; d++) {
    let at = 4u * d * quads + quad;
    let x0 = turned_unit[at];
    let x1 = turned_unit[at + quads];
    let x2 = turned_unit[at + 2u * quads];
    let x3 = turned_unit[at + 3u * quads];
    ${range(tile)
      .map(
        (t) =>
          `{ let w = ${load(`w${t} + d`)}; a${t} += (x0 * w.x + x1 * w.y) + (x2 * w.z + x3 * w.w); }`,
      )
      .join('\n    ')}
  }
  ${range(tile)
    .map(
      (t) =>
        `if (v + ${t}u < vectorCount) { cosines[(size.place + v + ${t}u) * quads + quad] = a${t} * vectors[size.place + v + ${t}u].x; }`,
    )
    .join('\n  ')}`,
  }
}

/**
 * Stage 5, first product: adds Σ_v g[v, row]·w_v to the sums of `splits` parts of the chunk, [splits, rows, D]. Lanes lie along D; a thread
 * has 16 rows, whose factors g (already over |w|) all threads of a workgroup share.
 */
export const embeddingProduct = (design: Design, splits: number): Kernel => {
  const { quads, subCenters } = design
  const { kind, load } = weightAccess(design)
  return {
    name: 'embedding_product',
    bindings: { weights: `read ${kind}`, cosines: 'read vec4', sums: 'write vec4' },
    threads: 32,
    body: `
  let d = id.x;
  if (d >= ${quads}u) { return; }
  let rowQuads = size.padded / 4u;
  let vectorCount = size.count * ${subCenters}u;
  let share = (vectorCount + ${splits - 1}u) / ${splits}u;
  let begin = min(id.z * share, vectorCount);
  let end = min(begin + share, vectorCount);
  let first = (id.z * size.padded + id.y * 16u) * ${quads}u + d;
  ${range(16)
    .map((r) => `var a${r} = select(sums[first + ${r * quads}u], vec4<f32>(0), size.opens == 1u);`)
    .join('\n  ')}
  for (var v = begin; v < end; v++) {
    let w = ${load(`(size.start + v) * ${quads}u + d`)};
    let at = (size.place + v) * rowQuads + id.y * 4u;
    ${range(4)
      .map(
        (q) =>
          `{ let g = cosines[at + ${q}u]; ${['x', 'y', 'z', 'w'].map((lane, i) => `a${4 * q + i} += g.${lane} * w;`).join(' ')} }`,
      )
      .join('\n    ')}
  }
  ${range(16)
    .map((r) => `sums[first + ${r * quads}u] = a${r};`)
    .join('\n  ')}`,
  }
}
