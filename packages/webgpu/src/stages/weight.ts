import type { Design } from '../head/design.js'
import type { Tiles } from '../head/tiles.js'
import type { Kernel } from '../wgsl/module.js'
import { weightAccess } from '../wgsl/scope.js'
import {
  alone,
  type Product,
  type Reading,
  range,
  readingOf,
  sharedThreads,
  sharedTile,
  sharedTiles,
  threadsAlong,
  threadWidth,
} from './product.js'
import { hasNormSlopes } from './slopes.js'

/** What becomes of the gradient by the weights: it goes out, or moves them. */
export interface WeightOutput {
  readonly name: string
  /** Where a thread has so many vectors of four along D. */
  bindings(width: number): Kernel['bindings']
  /** Statements that declare what `write` needs. */
  readonly prepare: string
  /** Statements that come once for vector `v` of the chunk, whose run `at` a thread has in arrays of the weights' layout. */
  readonly open: string
  /** Statements for the c-th vector of four, `d` along D: `weight` and `gradient` are its values. */
  write(c: number): string
}

/** How a thread sums: `width` vectors of four along D, of each of `tile` vectors. */
interface Cut {
  readonly tile: number
  readonly width: number
  /** Vectors of the chunk that lie between two of a workgroup's. */
  readonly step: number
  readonly reading: Reading
}

const bindingsOf = (
  design: Design,
  width: number,
  output: WeightOutput,
  unit: Kernel['bindings'][string],
  factors: Kernel['bindings'][string],
): Kernel['bindings'] => ({
  unit,
  cosines: factors,
  vectors: 'read vec4',
  pulls: `read vec4[${width}]`,
  weights: `read ${weightAccess(design).runs(width)}`,
  ...output.bindings(width),
})

/** Four rows times their factors of a vector, added to a sum: in the same order in both tilings. */
const addRows = (sum: string, row: (r: number) => string): string =>
  `${sum} += (g.x * ${row(0)} + g.y * ${row(1)}) + (g.z * ${row(2)} + g.w * ${row(3)});`

/** The sum of the t-th vector's c-th four values. */
const sumOf = (t: number, c: number): string => `a${t}_${c}`

const declareSums = ({ tile, width }: Cut): string =>
  range(tile)
    .flatMap((t) => range(width).map((c) => `var ${sumOf(t, c)} = vec4<f32>(0);`))
    .join(' ')

/** Sets the bits in `pulled` of those of a thread's vectors that are a row's target. They are few: pulls are read for those alone. */
const declarePulled = ({ tile, step, reading: { readers, turn, index } }: Cut): string => `
  var pulled = 0u;
  ${range(tile / readers)
    .map((t) => {
      const v = `first + ${step}u * ${index(readers * t)}`
      const set = range(readers).map(
        (i) => `pulled |= select(0u, ${2 ** (readers * t + i)}u, ${turn('read', i)} > 0);`,
      )
      return `{ let read = select(0f, vectors[size.place + min(${v}, vectorCount - 1u)].w, ${v} < vectorCount); ${set.join(' ')} }`
    })
    .join('\n  ')}`

/**
 * What follows the product for each of a thread's vectors, from `first` on: the targets' pulls are added, what lies along the weight itself
 * is taken out. The sums are copied, so that those of the product stay in registers; written out for each vector, this would be more code
 * than a cache of instructions holds. `part` is the thread's place along D.
 */
const finishVectors = (design: Design, cut: Cut, output: WeightOutput): string => {
  const { quads, subCenters } = design
  const { tile, width, step, reading } = cut
  const parts = quads / width
  const sums = range(tile).flatMap((t) => range(width).map((c) => sumOf(t, c)))
  const subCenter = subCenters > 1 ? ` + v % ${subCenters}u` : ''
  return `
  ${output.prepare}
  var sums = array<vec4<f32>, ${sums.length}>(${sums.join(', ')});
  while (pulled != 0) {
    let slot = firstTrailingBit(pulled);
    let v = first + ${step}u * ${reading.index('slot')};
    let vector = vectors[size.place + v];
    // The first row of a class has the pulls of all its rows.
    let pull = &pulls[((u32(vector.w) - 1u) * ${subCenters + 1}u + 1u${subCenter}) * ${parts}u + part];
    ${range(width)
      .map((c) => `sums[${width}u * slot + ${c}u] += (*pull)[${c}] * vector.x;`)
      .join(' ')}
    pulled &= pulled - 1;
  }
  for (var t = 0u; t < ${tile}u; t++) {
    // Neighbours finish the same vector at a time: their values of it lie side by side.
    let slot = ${reading.index('t')};
    let v = first + ${step}u * t;
    if (v >= vectorCount) { break; }
    let at = (size.start + v) * ${parts}u + part;
    let vector = vectors[size.place + v];
    let inverse = vector.x;
    let along = vector.y * inverse;
    let run = &weights[at];
    ${output.open}
    ${range(width)
      .map(
        (c) => `{
      let d = ${4 * width}u * part + ${4 * c}u;
      let weight = ${weightAccess(design).widen(`(*run)[${c}]`)};
      let towards = weight * inverse;
      var gradient = sums[${width}u * slot + ${c}u] - towards * along;
      ${hasNormSlopes(design) ? 'gradient += vector.z * towards;' : ''}
      gradient = select(gradient, vec4<f32>(0), inverse == 0);
      ${output.write(c)}
    }`,
      )
      .join('\n    ')}
  }`
}

/**
 * Stage 5, second product, for a chunk: a thread has a tile of some vectors and some values along D, whose rows and factors it reads as
 * runs of 16 rows. Neighbours have other values of the same vectors.
 */
const direct = (
  design: Design,
  { weight, weightValues, weightGroup, weightTiling }: Tiles,
  output: WeightOutput,
): Product => {
  const { quads, subCenters } = design
  const width = threadWidth(design, weightValues)
  const parts = quads / width
  const threads = threadsAlong(parts)
  const reading = readingOf(weightTiling, threads)
  const { readers, turn, index } = reading
  const cut: Cut = { tile: weight, width, step: 1, reading }
  const columns = range(width)
  const addVector = (t: number): string =>
    columns.map((c) => addRows(sumOf(t, c), (r) => `x${r}_${c}`)).join(' ')
  return {
    threads: (_padded, count) => [parts, Math.ceil(count / weight)],
    kernel: () => ({
      name: output.name,
      bindings: bindingsOf(design, width, output, `read vec4[4][${parts}][${width}]`, 'read vec4'),
      threads,
      threadsAlongY: weightGroup,
      swaps: readers > 1,
      body: `
  let part = min(id.x, ${parts - 1}u);
  let first = id.y * ${weight}u;
  let vectorCount = size.count * ${subCenters}u;
  let rowQuads = size.padded / 4u;
  ${range(weight / readers)
    .map(
      (t) =>
        `let factors${t} = (size.place + min(first + ${index(readers * t)}, vectorCount - 1u)) * rowQuads;`,
    )
    .join('\n  ')}
  ${declareSums(cut)}
  for (var q = 0u; q < rowQuads; q++) {
    let rows = &unit[q];
    ${range(4)
      .map((r) => `let row${r} = &(*rows)[${r}u][part];`)
      .join('\n    ')}
    ${range(4)
      .map((r) => columns.map((c) => `let x${r}_${c} = (*row${r})[${c}];`).join(' '))
      .join('\n    ')}
    ${range(weight / readers)
      .map(
        (t) => `{
      let read = cosines[factors${t} + q];
      ${range(readers)
        .map((i) => `{ let g = ${turn('read', i)}; ${addVector(readers * t + i)} }`)
        .join('\n      ')}
    }`,
      )
      .join('\n    ')}
  }
  ${declarePulled(cut)}
  if ((id.x >= ${parts}u) | (first >= vectorCount)) { return; }
  ${finishVectors(design, cut, output)}`,
    }),
  }
}

/** The same with tiles of 16 rows by 64 values and by 64 vectors in workgroup memory; a thread has four values of every 16th vector. */
const shared = (design: Design, output: WeightOutput): Product => {
  const { quads, subCenters } = design
  const cut: Cut = { tile: 4, width: 1, step: 16, reading: alone }
  return {
    threads: (_padded, vectors) => [
      sharedThreads * Math.ceil((4 * quads) / sharedTile),
      sharedThreads * Math.ceil(vectors / sharedTile),
    ],
    kernel: () => ({
      name: output.name,
      bindings: bindingsOf(design, 1, output, 'read vec4', 'read vec4'),
      threads: sharedThreads,
      threadsAlongY: sharedThreads,
      workgroup: sharedTiles,
      body: `
  let vectorCount = size.count * ${subCenters}u;
  let rowQuads = size.padded / 4u;
  let first = group.y * ${sharedTile}u + local.y;
  // Which factors of the tile this thread brings: four rows of a vector.
  let brought = group.y * ${sharedTile}u + (16u * local.y + local.x) / 4u;
  let fours = local.x % 4u;
  ${declareSums(cut)}
  for (var start = 0u; start < rowQuads; start += 4u) {
    left[16u * local.y + local.x] = vec4<f32>(0);
    if (id.x < ${quads}u) { left[16u * local.y + local.x] = unit[(4u * start + local.y) * ${quads}u + id.x]; }
    right[64u * fours + 4u * local.y + local.x / 4u] = vec4<f32>(0);
    if (brought < vectorCount) { right[64u * fours + 4u * local.y + local.x / 4u] = cosines[(size.place + brought) * rowQuads + start + fours]; }
    workgroupBarrier();
    for (var n = 0u; n < 4u; n++) {
      ${range(4)
        .map((r) => `let x${r} = left[16u * (4u * n + ${r}u) + local.x];`)
        .join('\n      ')}
      ${range(4)
        .map(
          (t) =>
            `{ let g = right[64u * n + local.y + ${16 * t}u]; ${addRows(sumOf(t, 0), (r) => `x${r}`)} }`,
        )
        .join('\n      ')}
    }
    workgroupBarrier();
  }
  let part = id.x;
  if (part >= ${quads}u) { return; }
  ${declarePulled(cut)}
  ${finishVectors(design, cut, output)}`,
    }),
  }
}

/** The product of stage 5 for the weights, and what becomes of their gradient, as tiles say. */
export const weightProduct = (design: Design, tiles: Tiles, output: WeightOutput): Product =>
  tiles.weightTiling === 'shared' ? shared(design, output) : direct(design, tiles, output)

/** Where d loss / d W of a chunk goes out, laid out as the caller's weights. */
export const gradientOutput = ({ dimension }: Design): WeightOutput => {
  const isWhole = dimension % 4 === 0
  const single = range(4)
    .map(
      (i) =>
        `if (d + ${i}u < ${dimension}u) { gradients[(size.start + v) * ${dimension}u + d + ${i}u] = gradient[${i}]; }`,
    )
    .join('\n      ')
  return {
    name: 'weight_gradient',
    bindings: (width) => ({ gradients: isWhole ? `write vec4[${width}]` : 'write f32' }),
    prepare: '',
    open: isWhole ? 'let goal = &gradients[at];' : '',
    write: (c) => (isWhole ? `(*goal)[${c}] = gradient;` : single),
  }
}
