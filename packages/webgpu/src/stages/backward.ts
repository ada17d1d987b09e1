import { isZero } from '@arcmargin/core/backend'
import type { Design } from '../head/design.js'
import { emit } from '../wgsl/emit.js'
import { accessOverRows } from '../wgsl/loops.js'
import type { Kernel } from '../wgsl/module.js'
import { accessTo } from '../wgsl/scope.js'
import { cosineOf, enterLane, laneBindings } from './lane.js'
import { poolingWeight } from './pooling.js'
import { range } from './product.js'
import { isClasswise, othersFactor } from './reduce.js'
import { hasTargetNorm } from './slopes.js'

/**
 * Stage 5 for a chunk: a thread per class turns its cosines into d loss / d cosine over |w|, in place and four rows at a time, and notes
 * for each vector (1/|w|, Σ d loss / d cosine · cosine, d loss / d |w|, 1 + the first row of its class or 0). Parameters of the class that
 * its logits use get their slopes, [parameters, columns].
 */
export const gradientFactors = (design: Design): Kernel => {
  const { derived, subCenters, classSums } = design
  const { other } = derived
  const rows = accessOverRows(design)
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
  const stored = (k: number): string =>
    rows.four(`cosines[(firstVector + ${k}u) * rowQuads + quad]`)
  const each = (r: number): string => {
    const access = rows.of(r)
    const { slot } = access
    const targetNorm = (k: number): string =>
      `byNorm${k} += select(0f, ${slot('weightNormSlope')}, (own == column) & (u32(${slot('chosen')}) == ${k}u));`
    return `{
      let row = 4u * quad + ${r}u;
      ${enterLane(design, formulas, access, (k) => `${stored(k)}[${r}]`)}
      let own = i32(${slot('own')});
      let counts = (own >= 0) & (own != column);
      flag = select(flag, f32(row + 1u), (own == column) & (flag == 0));
      ${statements}
      let factor = select(0f, ${othersFactor(design, `${value}`, access)}, counts);
      let gradient = counted(factor, ${slope});
      let byCosine = ${byCosine};
      ${byParameter.map((found, index) => `slopes${index} += counted(factor, ${found});`).join(' ')}
      ${range(subCenters)
        .map(
          (k) => `{
        let g = byCosine * ${poolingWeight(design, `${k}u`, cosineOf(k), access)};
        along${k} += g * ${cosineOf(k)};
        ${byNorm ? `byNorm${k} += select(0f, counted(factor, ${byNorm}), chosen == ${k}u);` : ''}
        ${hasTargetNorm(design) ? targetNorm(k) : ''}
        goal${k}[${r}] = g * inverse${k};
      }`,
        )
        .join('\n      ')}
    }`
  }
  const turn = range(4).map(each).join('\n    ')
  return {
    name: 'gradient_factors',
    bindings: {
      ...laneBindings(design, formulas, 'write vec4', 'write vec4'),
      rows: 'read vec4',
      ...(isClasswise(design) ? { totals: 'read f32' as const } : {}),
      ...(byParameter.length > 0 ? { class_slopes: 'write f32' as const } : {}),
    },
    threads: 64,
    body: `
  let lane = id.x;
  if (lane >= size.count) { return; }
  let firstVector = size.place + lane * ${subCenters}u;
  let column = i32(size.first + lane);
  let rowQuads = size.padded / 4u;
  ${rows.declarations()}
  ${range(subCenters)
    .map(
      (k) =>
        `let inverse${k} = vectors[firstVector + ${k}u].x; var along${k} = 0f; var byNorm${k} = 0f;`,
    )
    .join('\n  ')}
  var flag = 0f;
  ${byParameter.map((_, index) => `var slopes${index} = 0f;`).join(' ')}
  // The condition comes last: some devices take a turn more to find out that there is none left.
  var quad = 0u;
  loop {
    ${rows.turn()}
    ${range(subCenters)
      .map((k) => `var goal${k} = vec4<f32>(0);`)
      .join(' ')}
    ${turn}
    ${range(subCenters)
      .map((k) => `cosines[(firstVector + ${k}u) * rowQuads + quad] = goal${k};`)
      .join(' ')}
    continuing { quad++; break if (quad >= rowQuads); }
  }
  ${range(subCenters)
    .map((k) => `vectors[firstVector + ${k}u] = vec4(inverse${k}, along${k}, byNorm${k}, flag);`)
    .join('\n  ')}
  ${byParameter.map((_, index) => `class_slopes[${index}u * size.columns + size.first + lane] = slopes${index};`).join('\n  ')}`,
  }
}

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
