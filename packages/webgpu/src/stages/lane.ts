import type { Expression } from '@arcmargin/core'
import { type Design, isAngular } from '../head/design.js'
import type { BindingKind } from '../wgsl/module.js'
import { type Access, declareInputs, weightAccess } from '../wgsl/scope.js'
import { pool } from './pooling.js'

/** Nearer to a right angle than this, sqrt(1 - cos²) is accurate. */
const steepCosine = '0.999f'

/** The cosine of a lane's sub-center k. */
export const cosineOf = (k: number): string => `each${k}`

/** What kernels over the classes of a chunk bind to see a lane. */
export const laneBindings = (
  design: Design,
  formulas: readonly Expression[],
  cosines: BindingKind,
  vectors: BindingKind,
): Record<string, BindingKind> => ({
  inputs: 'read f32',
  rows: 'write f32',
  cosines,
  vectors,
  ...(isAngular(formulas)
    ? { unit: 'read vec4' as const, weights: `read ${weightAccess(design).kind}` as const }
    : {}),
})

/**
 * Stage 3 for one class against one row (variables `lane` of the chunk, `row`): pools the cosines and declares the inputs of formulas.
 *
 * @param access how values are reached.
 * @param stored the stored cosine of sub-center k as WGSL.
 */
export const enterLane = (
  design: Design,
  formulas: readonly Expression[],
  access: Access,
  stored: (k: number) => string = (k) =>
    `cosines[(size.place + vector + ${k}u) * size.padded + row]`,
): string => {
  const { subCenters, quads, resolved } = design
  const measured = resolved.poolingTemperature === undefined
  const angle = `
  var laneSine = sqrt((1 - laneCosine) * (1 + laneCosine));
  ${
    measured
      ? `if ((abs(laneCosine) > ${steepCosine}) & (laneNorm > 0)) {
    var squares = vec4<f32>(0);
    for (var d = 0u; d < ${quads}u; d++) {
      let x = unit[row * ${quads}u + d];
      let w = ${weightAccess(design).load(`(size.start + vector + chosen) * ${quads}u + d`)} * vectors[size.place + vector + chosen].x;
      let t = w - laneCosine * x;
      squares += t * t;
    }
    laneSine = sqrt((squares.x + squares.y) + (squares.z + squares.w));
  }`
      : ''
  }
  let laneAngle = angleOf(laneSine, laneCosine);`
  return `
  let vector = lane * ${subCenters}u;
  let column = i32(size.first + lane);
  ${Array.from({ length: subCenters }, (_, k) => `let ${cosineOf(k)} = ${stored(k)};`).join('\n  ')}
  ${pool(design, cosineOf, access)}
  let laneCosine = pooled;
  let laneNorm = vectors[size.place + vector + chosen].w;
  ${isAngular(formulas) ? angle : ''}
  ${declareInputs(design, formulas, 'lane', access)}`
}
