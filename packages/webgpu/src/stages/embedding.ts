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
  threadsAlong,
  threadWidth,
} from './product.js'

/** Which vectors of the chunk a part has. */
const declarePart = (splits: number): string => `
  let share = (vectorCount + ${splits - 1}u) / ${splits}u;
  let begin = min(group.z * share, vectorCount);
  let end = min(begin + share, vectorCount);`

/** Vectors whose products are added up before a sum takes them: sums are read and written less often. */
const together = 4

/** A vector of the part, or where it has no more the last one, whose factors then count nothing. */
const within = (i: number): string => `min(v + ${i}u, end - 1u)`

/**
 * Stage 5, first product: adds Σ_v g[v, row]·w_v to the sums of `splits` parts of the chunk, [splits, rows, D]. Lanes lie along D; a thread
 * has 16 rows, whose factors g (already over |w|) all threads of a workgroup share.
 */
const direct = (design: Design, { splits, embedding, embeddingTiling }: Tiles): Product => {
  const { quads, subCenters } = design
  const { runs, widen } = weightAccess(design)
  const width = threadWidth(design, embedding)
  const parts = quads / width
  const threads = threadsAlong(parts)
  const { readers, turn, index } = readingOf(embeddingTiling, threads)
  const columns = range(width)
  const group = range(together)
  const eachSum = (text: (row: number, column: number) => string): string =>
    range(16)
      .map((r) => columns.map((c) => text(r, c)).join(' '))
      .join('\n    ')
  const readVector = (i: number): string => `
    let factors${i} = &cosines[(size.place + ${within(i)}) * blocks + id.y];
    let vector${i} = &weights[(size.start + ${within(i)}) * ${parts}u + part];
    let counts${i} = select(0f, 1f, v + ${i}u < end);
    ${columns.map((c) => `let w${i}_${c} = counts${i} * ${widen(`(*vector${i})[${c}]`)};`).join(' ')}
    ${readers > 1 ? `let read${i} = (*factors${i})[${index(0)}];` : ''}`
  const factorOf = (i: number, q: number): string =>
    readers > 1 ? turn(`read${i}`, q) : `(*factors${i})[${q}]`
  const addRow = (lane: string, r: number): string =>
    columns
      .map((c) => {
        const product = (i: number): string => `g${i}.${lane} * w${i}_${c}`
        return `a${r}_${c} += (${product(0)} + ${product(1)}) + (${product(2)} + ${product(3)});`
      })
      .join(' ')
  return {
    threads: (padded) => [parts, padded / 16, splits],
    kernel: () => ({
      name: 'embedding_product',
      bindings: {
        weights: `read ${runs(width)}`,
        cosines: 'read vec4[4]',
        sums: `write vec4[${width}]`,
      },
      threads,
      swaps: readers > 1,
      body: `
  let part = min(id.x, ${parts - 1}u);
  let vectorCount = size.count * ${subCenters}u;
  let blocks = size.padded / 16u;
  ${declarePart(splits)}
  let first = (group.z * size.padded + id.y * 16u) * ${parts}u + part;
  ${range(16)
    .map(
      (r) =>
        `let sum${r} = &sums[first + (4u * ${index(Math.floor(r / 4))} + ${r % 4}u) * ${parts}u];`,
    )
    .join('\n  ')}
  ${eachSum((r, c) => `var a${r}_${c} = vec4<f32>(0);`)}
  if (size.opens == 0u) {
    ${eachSum((r, c) => `a${r}_${c} = (*sum${r})[${c}];`)}
  }
  for (var v = begin; v < end; v += ${together}u) {
    ${group.map(readVector).join('')}
    ${range(4)
      .map(
        (q) => `{
      ${group.map((i) => `let g${i} = ${factorOf(i, q)};`).join(' ')}
      ${['x', 'y', 'z', 'w'].map((lane, i) => addRow(lane, 4 * q + i)).join('\n      ')}
    }`,
      )
      .join('\n    ')}
  }
  if (id.x >= ${parts}u) { return; }
  ${eachSum((r, c) => `(*sum${r})[${c}] = a${r}_${c};`)}`,
    }),
  }
}

/** The same with tiles of 16 vectors by 64 values and by 64 rows in workgroup memory; a thread has four values of four rows. */
const shared = (design: Design, { splits }: Tiles): Product => {
  const { quads, subCenters } = design
  const { kind, load } = weightAccess(design)
  return {
    threads: (padded) => [sharedThreads * Math.ceil((4 * quads) / sharedTile), padded / 4, splits],
    kernel: () => ({
      name: 'embedding_product',
      bindings: { weights: `read ${kind}`, cosines: 'read vec4', sums: 'write vec4' },
      threads: sharedThreads,
      threadsAlongY: sharedThreads,
      workgroup: sharedTiles,
      body: `
  let d = id.x;
  let rowQuads = size.padded / 4u;
  let vectorCount = size.count * ${subCenters}u;
  ${declarePart(splits)}
  let place = 16u * local.y + local.x;
  let rows = group.y * 16u + local.x;
  let isInside = (d < ${quads}u) & (id.y < rowQuads);
  let at = (group.z * size.padded + 4u * id.y) * ${quads}u + d;
  ${range(4)
    .map((r) => `var a${r} = vec4<f32>(0);`)
    .join(' ')}
  if (isInside & (size.opens == 0u)) {
    ${range(4)
      .map((r) => `a${r} = sums[at + ${r * quads}u];`)
      .join(' ')}
  }
  for (var start = begin; start < end; start += 16u) {
    let v = start + local.y;
    left[place] = vec4<f32>(0);
    if ((v < end) & (d < ${quads}u)) { left[place] = ${load(`(size.start + v) * ${quads}u + d`)}; }
    right[place] = vec4<f32>(0);
    if ((v < end) & (rows < rowQuads)) { right[place] = cosines[(size.place + v) * rowQuads + rows]; }
    workgroupBarrier();
    for (var i = 0u; i < 16u; i += ${together}u) {
      ${range(together)
        .map(
          (j) =>
            `let w${j} = left[16u * (i + ${j}u) + local.x]; let g${j} = right[16u * (i + ${j}u) + local.y];`,
        )
        .join('\n      ')}
      ${['x', 'y', 'z', 'w']
        .map((lane, r) => {
          const product = (j: number): string => `g${j}.${lane} * w${j}`
          return `a${r} += (${product(0)} + ${product(1)}) + (${product(2)} + ${product(3)});`
        })
        .join('\n      ')}
    }
    workgroupBarrier();
  }
  if (isInside) {
    ${range(4)
      .map((r) => `sums[at + ${r * quads}u] = a${r};`)
      .join(' ')}
  }`,
    }),
  }
}

/** The product of stage 5 for the embeddings as tiles say. */
export const embeddingProduct = (design: Design, tiles: Tiles): Product =>
  tiles.embeddingTiling === 'shared' ? shared(design, tiles) : direct(design, tiles)
