import type { Design } from '../head/design.js'
import type { Tiles } from '../head/tiles.js'
import { weightAccess } from '../wgsl/scope.js'
import {
  type Product,
  range,
  readingOf,
  sharedThreads,
  sharedTile,
  sharedTiles,
} from './product.js'

/** Adds four dimensions of a row times those of a vector `w` to the sum of both. */
const addDot = (row: number, vector: number): string =>
  `{ let p = x${row} * w; a${vector}_${row} += (p.x + p.y) + (p.z + p.w); }`

/**
 * Stage 2: the cosines of all rows with a chunk of vectors, [vectors, rows]. A thread has a tile of them, all of whose rows and vectors it
 * reads as runs: an index is checked once for each run, and each value that is read serves the whole tile. Neighbours have other rows of the
 * same vectors.
 */
const direct = (
  design: Design,
  { cosine, cosineRows, cosineGroup, cosineTiling }: Tiles,
): Product => {
  const { quads, subCenters } = design
  const { runs, widen } = weightAccess(design)
  const threads = 64 / cosineRows
  const { readers, turn, index } = readingOf(cosineTiling, threads)
  const [rows, vectors] = [range(cosineRows), range(cosine)]
  return {
    threads: (padded, count) => [padded / cosineRows, Math.ceil(count / cosine)],
    kernel: () => ({
      name: 'cosine_product',
      bindings: {
        unit: `read vec4[${quads}]`,
        weights: `read ${runs(quads)}`,
        vectors: 'read vec4',
        cosines: `write vec4[${cosineRows / 4}]`,
      },
      threads,
      threadsAlongY: cosineGroup,
      swaps: readers > 1,
      body: `
  let v = id.y * ${cosine}u;
  let row = id.x * ${cosineRows}u;
  let vectorCount = size.count * ${subCenters}u;
  let last = vectorCount - 1u;
  let begin = min(row, size.padded - ${cosineRows}u);
  ${rows.map((r) => `let row${r} = &unit[begin + ${r}u];`).join('\n  ')}
  ${range(cosine / readers)
    .map((t) => `let vector${t} = &weights[size.start + min(v + ${index(readers * t)}, last)];`)
    .join('\n  ')}
  ${vectors.flatMap((t) => rows.map((r) => `var a${t}_${r} = 0f;`)).join(' ')}
  for (var d = 0u; d < ${quads}u; d++) {
    ${rows.map((r) => `let x${r} = (*row${r})[d];`).join(' ')}
    ${range(cosine / readers)
      .map(
        (t) => `{
      let read = ${widen(`(*vector${t})[d]`)};
      ${range(readers)
        .map(
          (i) =>
            `{ let w = ${turn('read', i)}; ${rows.map((r) => addDot(r, readers * t + i)).join('\n      ')} }`,
        )
        .join('\n      ')}
    }`,
      )
      .join('\n    ')}
  }
  if (row >= size.padded) { return; }
  ${vectors
    .map(
      (t) => `if (v + ${index(t)} < vectorCount) {
    let at = size.place + v + ${index(t)};
    let toUnit = vectors[at].x;
    let tile = &cosines[at * (size.padded / ${cosineRows}u) + id.x];
    ${range(cosineRows / 4)
      .map((q) => {
        const four = range(4).map((r) => `a${t}_${4 * q + r}`)
        return `(*tile)[${q}] = vec4(${four.join(', ')}) * toUnit;`
      })
      .join(' ')}
  }`,
    )
    .join('\n  ')}`,
    }),
  }
}

/** The same with tiles of 64 rows and 64 vectors in workgroup memory; a thread has four rows and every 16th vector. */
const shared = (design: Design): Product => {
  const { quads, subCenters } = design
  const { kind, load } = weightAccess(design)
  return {
    threads: (padded, vectors) => [padded / 4, sharedThreads * Math.ceil(vectors / sharedTile)],
    kernel: () => ({
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
        .map(
          (t) =>
            `{ let w = right[64u * q + local.y + ${16 * t}u]; a${t} += (x0 * w.x + x1 * w.y) + (x2 * w.z + x3 * w.w); }`,
        )
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
    }),
  }
}

/** Stage 2 for a chunk as tiles say. */
export const cosineProduct = (design: Design, tiles: Tiles): Product =>
  tiles.cosineTiling === 'shared' ? shared(design) : direct(design, tiles)
