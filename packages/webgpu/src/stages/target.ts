import type { Design } from '../head/design.js'
import type { Kernel } from '../wgsl/module.js'
import { accessTo } from '../wgsl/scope.js'
import { measure } from './normalize.js'
import { pool } from './pooling.js'

/** Two directions nearer than this are equal to float32's rounding: the tangent has no direction. */
const noDirection = '2e-7f'

/**
 * Writes the unit tangent at `from` that points to `to` into `pulls`, and declares `tangentLength`, the sine of their angle.
 * Orthogonalised twice, since the first difference cancels for small angles; what is written in between keeps compilers from
 * merging the two. Texts: unit vectors at d, and the place of the result's d.
 */
export const tangent = (quads: number, from: string, to: string, place: string): string => `
  var tangentLength = 0f;
  {
    var dots = vec4<f32>(0);
    for (var d = 0u; d < ${quads}u; d++) { dots += ${from} * ${to}; }
    let cosine = (dots.x + dots.y) + (dots.z + dots.w);
    dots = vec4<f32>(0);
    for (var d = 0u; d < ${quads}u; d++) {
      pulls[${place}] = ${to} - cosine * ${from};
      dots += pulls[${place}] * ${from};
    }
    let along = (dots.x + dots.y) + (dots.z + dots.w);
    dots = vec4<f32>(0);
    for (var d = 0u; d < ${quads}u; d++) {
      pulls[${place}] -= along * ${from};
      dots += pulls[${place}] * pulls[${place}];
    }
    let found = sqrt((dots.x + dots.y) + (dots.z + dots.w));
    tangentLength = select(0f, found, found > ${noDirection});
    let toUnit = select(0f, 1 / max(found, ${noDirection}), found > ${noDirection});
    for (var d = 0u; d < ${quads}u; d++) { pulls[${place}] *= toUnit; }
  }`

/** The places of a row's vectors: its embedding, a sub-center of its class, and its tangents in `pulls`. */
export const rowVectors = ({
  quads,
  subCenters,
}: Design): { unit: string; target(k: string): string; pull(part: string): string } => ({
  unit: `unit[row * ${quads}u + d]`,
  target: (k) => `targets[(row * ${subCenters}u + ${k}) * ${quads}u + d]`,
  pull: (part) => `(row * ${subCenters + 1}u + ${part}) * ${quads}u + d`,
})

/** The N target entries: unit vectors of their weights, and the angle to the pooled one, measured along the tangent. */
export const measureTargets = (design: Design): Kernel => {
  const { quads, subCenters, resolved } = design
  const { slot, table } = accessTo(design)
  const { unit, target, pull } = rowVectors(design)
  const soft = resolved.poolingTemperature !== undefined
  return {
    name: 'measure_targets',
    bindings: {
      inputs: 'read f32',
      rows: 'write f32',
      unit: 'read vec4',
      targets: 'write vec4',
      pulls: 'write vec4',
    },
    threads: 16,
    body: `
  let row = id.x;
  if (row >= size.padded) { return; }
  let column = i32(${table('row column')});
  ${slot('cosTheta')} = 0;
  ${slot('sinTheta')} = 1;
  ${slot('theta')} = 0.5f * pi;
  ${slot('weightNorm')} = 0;
  ${slot('chosen')} = 0;
  if (column < 0) { return; }
  var each: array<f32, ${subCenters}>;
  var norms: array<f32, ${subCenters}>;
  for (var k = 0u; k < ${subCenters}u; k++) {
    ${measure(quads, target('k'))}
    norms[k] = norm;
    var products = vec4<f32>(0);
    for (var d = 0u; d < ${quads}u; d++) {
      let value = select(vec4<f32>(0), ${target('k')}, finite) * scale * toUnit;
      ${target('k')} = value;
      products += value * ${unit};
    }
    each[k] = (products.x + products.y) + (products.z + products.w);
  }
  ${pool(design, (k) => `each[${k}]`)}
  ${slot('cosTheta')} = pooled;
  ${slot('chosen')} = f32(chosen);
  ${slot('weightNorm')} = norms[chosen];
  // A zero vector is at a right angle to everything.
  if ((${slot('featureNorm')} == 0) | (norms[chosen] == 0)) { return; }
  ${
    soft
      ? 'let tangentLength = sqrt((1 - pooled) * (1 + pooled));'
      : tangent(quads, unit, target('chosen'), pull('0u'))
  }
  ${slot('sinTheta')} = tangentLength;
  ${slot('theta')} = angleOf(tangentLength, pooled);`,
  }
}
