import { isZero } from '@arcmargin/core/head'
import type { Design } from '../head/design.js'
import { emit } from '../wgsl/emit.js'
import type { Kernel } from '../wgsl/module.js'
import { accessTo, weightAccess } from '../wgsl/scope.js'
import { enterLane, laneBindings } from './lane.js'
import { poolingWeight } from './pooling.js'
import { isClasswise, othersFactor } from './reduce.js'

const range = (n: number): number[] => [...Array(n).keys()]

/**
 * Stage 5 for a chunk: a thread per class turns its cosines into d loss / d cosine over |w|, in place, and notes for each vector
 * (1/|w|, Σ d loss / d cosine · cosine, d loss / d |w|, whether it is some row's class). Parameters of the
 * class that its logits use get their slopes, [parameters, columns].
 */
export const gradientFactors = (design: Design): Kernel => {
  const { derived, subCenters, classSums } = design
  const { other } = derived
  const { table } = accessTo(design)
  const hasNorm = !isZero(other.weightNorm)
  const formulas = [
    other.value,
    other.slope,
    ...(hasNorm ? [other.weightNorm] : []),
    ...Object.values(classSums),
  ]
  const { statements, results } = emit(formulas)
  const [value, slope] = results
  const byNorm = hasNorm ? results[2] : undefined
  const byParameter = results.slice(hasNorm ? 3 : 2)
  // Nothing is divided by a sine of 0: such a class has no direction to be pulled in.
  const byCosine =
    other.by === 'cosine'
      ? 'gradient'
      : 'select(-gradient / max(laneSine, 1e-7f), 0f, laneSine < 1e-7f)'
  return {
    name: 'gradient_factors',
    bindings: {
      ...laneBindings(design, formulas, 'write f32', 'write vec4'),
      rows: 'read f32',
      ...(isClasswise(design) ? { totals: 'read f32' as const } : {}),
      ...(byParameter.length > 0 ? { class_slopes: 'write f32' as const } : {}),
    },
    threads: 64,
    body: `
  let lane = id.x;
  if (lane >= size.count) { return; }
  var along: array<f32, ${subCenters}>;
  var byNorm: array<f32, ${subCenters}>;
  var flag = 0f;
  ${byParameter.map((_, index) => `var slopes${index} = 0f;`).join(' ')}
  for (var row = 0u; row < size.padded; row++) {
    ${enterLane(design, formulas)}
    let own = i32(${table('row column')});
    let counts = (own >= 0) & (own != column);
    if (own == column) { flag = 1; }
    ${statements}
    let factor = select(0f, ${othersFactor(design, `${value}`)}, counts);
    let gradient = counted(factor, ${slope});
    let byCosine = ${byCosine};
    ${byParameter.map((found, index) => `slopes${index} += counted(factor, ${found});`).join(' ')}
    ${byNorm ? `byNorm[chosen] += counted(factor, ${byNorm});` : ''}
    for (var k = 0u; k < ${subCenters}u; k++) {
      let g = byCosine * ${poolingWeight(design)};
      along[k] += g * each[k];
      cosines[(size.place + vector + k) * size.padded + row] = g * vectors[size.place + vector + k].x;
    }
  }
  for (var k = 0u; k < ${subCenters}u; k++) {
    let at = size.place + lane * ${subCenters}u + k;
    vectors[at] = vec4(vectors[at].x, along[k], byNorm[k], flag);
  }
  ${byParameter.map((_, index) => `class_slopes[${index}u * size.columns + size.first + lane] = slopes${index};`).join('\n  ')}`,
  }
}

/**
 * Stage 5, second product, for a chunk: a thread has four values of D of \`tile\` vectors. What lies along the weight itself is taken out,
 * the targets' pulls are added, and \`write(t)\` does something with \`gradient\`: it goes out, or moves the weights.
 */
export const weightProduct = (
  design: Design,
  tile: number,
  group: number,
  output: {
    readonly name: string
    readonly bindings: Kernel['bindings']
    /** Statements for vector \`v\` of the chunk with \`weight\`, \`gradient\`; \`at\` is their place in the bound weights. */
    readonly write: string
  },
): Kernel => {
  const { quads, subCenters } = design
  const { slot } = accessTo(design)
  return {
    name: output.name,
    bindings: {
      rows: 'read f32',
      unit: 'read vec4',
      cosines: 'read vec4',
      vectors: 'read vec4',
      pulls: 'read vec4',
      ...output.bindings,
    },
    threads: 32,
    threadsAlongY: group,
    body: `
  let d = id.x;
  let first = id.y * ${tile}u;
  let vectorCount = size.count * ${subCenters}u;
  if ((d >= ${quads}u) | (first >= vectorCount)) { return; }
  let rowQuads = size.padded / 4u;
  ${range(tile)
    .map(
      (t) =>
        `var a${t} = vec4<f32>(0);\n  let g${t} = (size.place + min(first + ${t}u, vectorCount - 1u)) * rowQuads;`,
    )
    .join('\n  ')}
  for (var n = 0u; n < rowQuads; n++) {
    let at = 4u * n * ${quads}u + d;
    let x0 = unit[at];
    let x1 = unit[at + ${quads}u];
    let x2 = unit[at + ${2 * quads}u];
    let x3 = unit[at + ${3 * quads}u];
    ${range(tile)
      .map(
        (t) =>
          `{ let g = cosines[g${t} + n]; a${t} += (g.x * x0 + g.y * x1) + (g.z * x2 + g.w * x3); }`,
      )
      .join('\n    ')}
  }
  var sums = array<vec4<f32>, ${tile}>(${range(tile)
    .map((t) => `a${t}`)
    .join(', ')});
  for (var t = 0u; t < min(${tile}u, vectorCount - first); t++) {
    let v = first + t;
    let at = (size.start + v) * ${quads}u + d;
    let weight = ${weightAccess(design).load('at')};
    let vector = vectors[size.place + v];
    let inverse = vector.x;
    let towards = weight * inverse;
    var gradient = sums[t] - towards * (vector.y * inverse);
    var byNorm = vector.z;
    if (vector.w > 0) {
      let k = v % ${subCenters}u;
      let column = f32(size.first + v / ${subCenters}u);
      for (var row = 0u; row < size.rows; row++) {
        if (${slot('own')} != column) { continue; }
        gradient += pulls[(row * ${subCenters + 1}u + 1u + k) * ${quads}u + d] * inverse;
        if (u32(${slot('chosen')}) == k) { byNorm += ${slot('weightNormSlope')}; }
      }
    }
    gradient = select(gradient + byNorm * towards, vec4<f32>(0), inverse == 0);
    ${output.write}
  }`,
  }
}

/** Where d loss / d W of a chunk goes out, laid out as the caller's weights. */
export const gradientOutput = (design: Design): Parameters<typeof weightProduct>[3] => ({
  name: 'weight_gradient',
  bindings: { weights: `read ${weightAccess(design).kind}`, gradients: 'write f32' },
  write: `for (var lane = 0u; lane < 4u; lane++) {
      if (4u * d + lane < ${design.dimension}u) { gradients[(size.start + v) * ${design.dimension}u + 4u * d + lane] = gradient[lane]; }
    }`,
})

/** The end of stage 5: d loss / d X from the chunks' sums, what lies along the embedding taken out. */
export const embeddingGradient = (design: Design, splits: number): Kernel => {
  const { quads, dimension, subCenters } = design
  const { slot } = accessTo(design)
  return {
    name: 'embedding_gradient',
    bindings: {
      rows: 'read f32',
      unit: 'read vec4',
      sums: 'write vec4',
      pulls: 'read vec4',
      embedding_gradients: 'write f32',
    },
    threads: 16,
    body: `
  let row = id.x;
  if (row >= size.rows) { return; }
  let norm = ${slot('featureNorm')};
  let inverse = select(1 / max(norm, 1e-37f), 0f, norm == 0);
  var products = vec4<f32>(0);
  for (var d = 0u; d < ${quads}u; d++) {
    var sum = sums[row * ${quads}u + d];
    for (var split = 1u; split < ${splits}u; split++) { sum += sums[(split * size.padded + row) * ${quads}u + d]; }
    sums[row * ${quads}u + d] = sum;
    products += sum * unit[row * ${quads}u + d];
  }
  let along = (products.x + products.y) + (products.z + products.w);
  for (var d = 0u; d < ${quads}u; d++) {
    let x = unit[row * ${quads}u + d];
    let pull = pulls[row * ${(subCenters + 1) * quads}u + d];
    let gradient = select(((sums[row * ${quads}u + d] - along * x) + pull) * inverse + ${slot('featureNormSlope')} * x, vec4<f32>(0), norm == 0);
    for (var lane = 0u; lane < 4u; lane++) {
      if (4u * d + lane < ${dimension}u) { embedding_gradients[row * ${dimension}u + 4u * d + lane] = gradient[lane]; }
    }
  }`,
  }
}
