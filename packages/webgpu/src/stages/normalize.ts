import type { Design } from '../head/design.js'
import type { Kernel } from '../wgsl/module.js'
import { accessTo, weightAccess } from '../wgsl/scope.js'

/**
 * The length of a vector whose values `read` gives for d: scaled by a power of two where squares would leave float32's range.
 * Declares `finite`, `norm` (0 for vectors shorter than 1e-30), and `scale` and `toUnit`, which times the vector give its unit vector.
 */
export const measure = (quads: number, read: string): string => `
  var finite = true;
  var scale = 1f;
  var squares = vec4<f32>(0);
  for (var d = 0u; d < ${quads}u; d++) {
    let value = ${read};
    squares += value * value;
  }
  let total = (squares.x + squares.y) + (squares.z + squares.w);
  // Not from 1e-28 to 1e30. By its bits: compilers may take it that there is no NaN.
  if ((total < 1e-28f) | (bitcast<u32>(total) > 0x7149f2cau)) {
    var top = 0u;
    for (var d = 0u; d < ${quads}u; d++) {
      let bits = bitcast<vec4<u32>>(${read}) & vec4(0x7fffffffu);
      top = max(top, max(max(bits.x, bits.y), max(bits.z, bits.w)));
    }
    finite = top < 0x7f800000u;
    let largest = bitcast<f32>(select(0u, top, finite));
    scale = select(select(1f, 0x1p-64f, largest > 1e15f), 0x1p64f, largest < 1e-15f);
    squares = vec4<f32>(0);
    if (finite) {
      for (var d = 0u; d < ${quads}u; d++) {
        let value = ${read} * scale;
        squares += value * value;
      }
    }
  }
  let scaled = sqrt((squares.x + squares.y) + (squares.z + squares.w));
  let isZero = scaled < 1e-30f * scale;
  let norm = select(scaled / scale, 0f, isZero);
  let toUnit = select(1 / max(scaled, 1e-37f), 0f, isZero);
`

/** The embedding's four values at d, zeros past its end. */
const readRow = ({ dimension }: Design): string => {
  const value = (lane: number): string =>
    dimension % 4 === 0
      ? `embeddings[start + 4u * d + ${lane}u]`
      : `select(0f, embeddings[start + min(4u * d + ${lane}u, ${dimension - 1}u)], 4u * d + ${lane}u < ${dimension}u)`
  return `vec4(${[0, 1, 2, 3].map(value).join(', ')})`
}

/** Stage 1 for the embeddings: unit vectors by row and by column, norms; a flag for the first row that is not finite. */
export const normalizeRows = (design: Design): Kernel => {
  const { slot } = accessTo(design)
  const { quads, dimension } = design
  return {
    name: 'normalize_rows',
    bindings: {
      embeddings: 'read f32',
      rows: 'write f32',
      unit: 'write vec4',
      turned_unit: 'write f32',
      flags: 'write atomic',
    },
    threads: 16,
    body: `
  let row = id.x;
  if (row >= size.padded) { return; }
  let start = min(row, size.rows - 1u) * ${dimension}u;
  ${measure(quads, readRow(design))}
  if (!finite) { atomicMax(&flags[0], 0xffffffffu - min(row, size.rows - 1u)); }
  // Rows that fill the last tile are zero vectors.
  let length = select(0f, norm, row < size.rows);
  ${slot('featureNorm')} = length;
  for (var d = 0u; d < ${quads}u; d++) {
    let value = select(vec4<f32>(0), ${readRow(design)}, finite) * scale * select(0f, toUnit, row < size.rows);
    unit[row * ${quads}u + d] = value;
    for (var lane = 0u; lane < 4u; lane++) {
      turned_unit[(4u * d + lane) * size.padded + row] = value[lane];
    }
  }`,
  }
}

/** Stage 1 for a chunk of class weights: (1/|w|, 0, 0, |w|) of each vector; a flag for the first that is not finite. */
export const normalizeWeights = (design: Design): Kernel => {
  const { quads, subCenters } = design
  const { runs, widen } = weightAccess(design)
  return {
    name: 'normalize_weights',
    bindings: {
      weights: `read ${runs(quads)}`,
      vectors: 'write vec4',
      flags: 'write atomic',
    },
    threads: 64,
    body: `
  let v = id.x;
  if (v >= size.count * ${subCenters}u) { return; }
  let run = &weights[size.start + v];
  ${measure(quads, widen('(*run)[d]'))}
  if (!finite) { atomicMax(&flags[1], 0xffffffffu - (size.first * ${subCenters}u + v)); }
  vectors[size.place + v] = vec4(toUnit * scale, 0, 0, norm);`,
  }
}

/** Copies the vectors of each row's own class out of the bound weights; `columns` of other buffers are left to them. */
export const gatherTargets = (design: Design): Kernel => {
  const { quads, subCenters } = design
  const { table } = accessTo(design)
  const { kind, load } = weightAccess(design)
  return {
    name: 'gather_targets',
    bindings: { inputs: 'read f32', weights: `read ${kind}`, targets: 'write vec4' },
    threads: 64,
    body: `
  let width = ${quads * subCenters}u;
  let row = id.x / width;
  if (row >= size.rows) { return; }
  let column = i32(${table('row column')});
  let at = column - i32(size.first);
  if ((at < 0) | (at >= i32(size.count))) { return; }
  targets[id.x] = ${load(`size.start * ${quads}u + u32(at) * width + id.x % width`)};`,
  }
}
