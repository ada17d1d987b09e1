import type { Design } from '../head/design.js'
import type { Tiles } from '../head/tiles.js'
import { weightAccess } from '../wgsl/scope.js'
import {
  type Product,
  range,
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

/** Vectors whose products are written out in the loop: less is spent on the loop itself. */
const unrolled = 4

/**
 * Stage 5, first product: adds Σ_v g[v, row]·w_v to the sums of `splits` parts of the chunk, [splits, rows, D]. Lanes lie along D; a thread
 * has 16 rows, whose factors g (already over |w|) all threads of a workgroup share.
 */
const direct = (design: Design, { splits, embedding }: Tiles): Product => {
  const { quads, subCenters } = design
  const { runs, widen } = weightAccess(design)
  const width = threadWidth(design, embedding)
  const parts = quads / width
  const columns = range(width)
  const eachSum = (text: (row: number, column: number) => string): string =>
    range(16)
      .map((r) => columns.map((c) => text(r, c)).join(' '))
      .join('\n    ')
  const addVector = (v: string): string => `{
      let factors = &cosines[(size.place + ${v}) * blocks + id.y];
      let vector = &weights[(size.start + ${v}) * ${parts}u + part];
      ${columns.map((c) => `let w${c} = ${widen(`(*vector)[${c}]`)};`).join(' ')}
      ${range(4)
        .map((q) => {
          const sums = ['x', 'y', 'z', 'w'].flatMap((lane, i) =>
            columns.map((c) => `a${4 * q + i}_${c} += g.${lane} * w${c};`),
          )
          return `{ let g = (*factors)[${q}]; ${sums.join(' ')} }`
        })
        .join('\n      ')}
    }`
  return {
    threads: (padded) => [parts, padded / 16, splits],
    kernel: {
      name: 'embedding_product',
      bindings: {
        weights: `read ${runs(width)}`,
        cosines: 'read vec4[4]',
        sums: `write vec4[${width}]`,
      },
      threads: threadsAlong(parts),
      body: `
  let part = id.x;
  if (part >= ${parts}u) { return; }
  let vectorCount = size.count * ${subCenters}u;
  let blocks = size.padded / 16u;
  ${declarePart(splits)}
  let first = (group.z * size.padded + id.y * 16u) * ${parts}u + part;
  ${range(16)
    .map((r) => `let sum${r} = &sums[first + ${r * parts}u];`)
    .join('\n  ')}
  ${eachSum((r, c) => `var a${r}_${c} = vec4<f32>(0);`)}
  if (size.opens == 0u) {
    ${eachSum((r, c) => `a${r}_${c} = (*sum${r})[${c}];`)}
  }
  var v = begin;
  for (; v + ${unrolled - 1}u < end; v += ${unrolled}u) {
    ${range(unrolled)
      .map((i) => addVector(`v + ${i}u`))
      .join('\n    ')}
  }
  for (; v < end; v++) {
    ${addVector('v')}
  }
  ${eachSum((r, c) => `(*sum${r})[${c}] = a${r}_${c};`)}`,
    },
  }
}

/** The same with tiles of 16 vectors by 64 values and by 64 rows in workgroup memory; a thread has four values of four rows. */
const shared = (design: Design, { splits }: Tiles): Product => {
  const { quads, subCenters } = design
  const { kind, load } = weightAccess(design)
  return {
    threads: (padded) => [sharedThreads * Math.ceil((4 * quads) / sharedTile), padded / 4, splits],
    kernel: {
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
    for (var i = 0u; i < 16u; i++) {
      let w = left[16u * i + local.x];
      let g = right[16u * i + local.y];
      a0 += g.x * w; a1 += g.y * w; a2 += g.z * w; a3 += g.w * w;
    }
    workgroupBarrier();
  }
  if (isInside) {
    ${range(4)
      .map((r) => `sums[at + ${r * quads}u] = a${r};`)
      .join(' ')}
  }`,
    },
  }
}

/** The product of stage 5 for the embeddings as tiles say. */
export const embeddingProduct = (design: Design, tiles: Tiles): Product =>
  tiles.embeddingTiling === 'shared' ? shared(design, tiles) : direct(design, tiles)
