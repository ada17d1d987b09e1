import { derivative, type Expression } from '@arcmargin/core'
import { type DerivedLogit, isZero } from '@arcmargin/core/backend'
import type { Design } from '../head/design.js'
import { emit } from '../wgsl/emit.js'
import type { Kernel } from '../wgsl/module.js'
import { accessTo, declareInputs } from '../wgsl/scope.js'
import { pool, poolingWeight } from './pooling.js'
import { rowVectors, tangent } from './target.js'

/** A formula of the row, and d reduced loss by its value as WGSL. */
interface RowPart {
  readonly logit: DerivedLogit
  readonly factor: string
}

/** Everything of a row that depends on its target's angle: the target term, its regulariser, values that other logits use. */
const rowParts = (design: Design): readonly RowPart[] => {
  const { target, sample, coupled } = design.derived
  const { slot, table } = accessTo(design)
  return [
    { logit: target, factor: `(${slot('factor')} * ${table('row scale')})` },
    ...(sample ? [{ logit: sample, factor: table('row scale') }] : []),
    ...Object.entries(coupled).map(([name, { row }]) => ({
      logit: row,
      factor: slot(`coupled ${name}`),
    })),
  ]
}

/** Whether the loss of a target depends on |w| itself. */
export const hasTargetNorm = (design: Design): boolean =>
  rowParts(design).some(({ logit }) => !isZero(logit.weightNorm))

/** Whether d loss / d |w| is anything. */
export const hasNormSlopes = (design: Design): boolean =>
  hasTargetNorm(design) || !isZero(design.derived.other.weightNorm)

/** Stage 5 for the rows: d reduced loss by the target's angle, by both norms, and by parameters. */
export const rowSlopes = (design: Design): Kernel => {
  const { parameterNames, rowSums } = design
  const { slot, table } = accessTo(design)
  const parts = rowParts(design)
  const slopesBy: readonly (readonly [string, (logit: DerivedLogit) => Expression])[] = [
    ['slope', ({ slope }) => slope],
    ['featureNormSlope', ({ featureNorm }) => featureNorm],
    ['weightNormSlope', ({ weightNorm }) => weightNorm],
    ...parameterNames.map(
      (name) =>
        [`parameter ${name}`, ({ value }: DerivedLogit) => derivative(value, name)] as const,
    ),
  ]
  const formulas = slopesBy.flatMap(([, by]) => parts.map(({ logit }) => by(logit)))
  const { statements, results } = emit(formulas)
  const others = (name: string): string => {
    const sum =
      name === 'featureNormSlope' ? 'others featureNorm' : name.replace('parameter', 'others')
    return sum in rowSums ? ` + ${slot(sum)}` : ''
  }
  return {
    name: 'row_slopes',
    bindings: { inputs: 'read f32', rows: 'write f32' },
    threads: 16,
    body: `
  let row = id.x;
  if (row >= size.padded) { return; }
  let column = i32(${table('row column')});
  if (column < 0) {
    ${slopesBy.map(([name]) => `${slot(name)} = 0;`).join(' ')}
    return;
  }
  ${declareInputs(design, formulas, 'row')}
  ${statements}
  ${slopesBy
    .map(([name], index) => {
      const terms = parts.map(
        ({ factor }, part) => `counted(${factor}, ${results[index * parts.length + part]})`,
      )
      return `${slot(name)} = ${terms.join(' + ')}${others(name)};`
    })
    .join('\n  ')}`,
  }
}

/** Whether the sub-centers are pooled by their mean. */
const isSoft = (design: Design): boolean => design.resolved.poolingTemperature !== undefined

/**
 * The target entries' gradients: along the tangent at the embedding (part 0 of \`pulls\`) and at each sub-center of its class. Bounded by
 * |slope|, because tangents are unit vectors.
 */
export const targetPulls = (design: Design): Kernel => {
  const { quads, subCenters } = design
  const { slot, table } = accessTo(design)
  const { unit, target, pull } = rowVectors(design)
  const soft = isSoft(design)
  const each = `
  var each: array<f32, ${subCenters}>;
  for (var k = 0u; k < ${subCenters}u; k++) {
    var products = vec4<f32>(0);
    for (var d = 0u; d < ${quads}u; d++) { products += ${unit} * ${target('k')}; }
    each[k] = (products.x + products.y) + (products.z + products.w);
  }
  ${pool(design, (k) => `each[${k}]`)}`
  const scaleBy = (part: string, factor: string): string =>
    `for (var d = 0u; d < ${quads}u; d++) { pulls[${pull(part)}] *= ${factor}; }`
  const hard = `
  let chosen = u32(${slot('chosen')});
  // Towards the center the angle falls.
  { ${tangent(quads, unit, target('chosen'), pull('0u'))} ${scaleBy('0u', '-slope')} }
  { ${tangent(quads, target('chosen'), unit, pull('1u + chosen'))} ${scaleBy('1u + chosen', '-slope')} }`
  const pooled = `
  ${each}
  let sine = ${slot('sinTheta')};
  let byCosine = select(-slope / max(sine, 1e-30f), 0f, sine == 0);
  for (var k = 0u; k < ${subCenters}u; k++) {
    let weight = byCosine * ${poolingWeight(design, 'k', 'each[k]')};
    { ${tangent(quads, unit, target('k'), pull('1u + k'))}
      for (var d = 0u; d < ${quads}u; d++) { pulls[${pull('0u')}] += weight * tangentLength * pulls[${pull('1u + k')}]; } }
    { ${tangent(quads, target('k'), unit, pull('1u + k'))} ${scaleBy('1u + k', 'weight * tangentLength')} }
  }`
  return {
    name: 'target_pulls',
    bindings: {
      inputs: 'read f32',
      rows: 'read f32',
      unit: 'read vec4',
      targets: 'read vec4',
      pulls: 'write vec4',
    },
    threads: 16,
    body: `
  let row = id.x;
  if (row >= size.padded) { return; }
  for (var i = 0u; i < ${(subCenters + 1) * quads}u; i++) { pulls[row * ${(subCenters + 1) * quads}u + i] = vec4<f32>(0); }
  if (${table('row column')} < 0) { return; }
  let slope = ${slot('slope')};
  ${soft ? pooled : hard}`,
  }
}

/** Brings the pulls of all rows of a class together with its first row's, so that the class finds them in one place. */
export const combinePulls = (design: Design): Kernel => {
  const { quads, subCenters } = design
  const { table } = accessTo(design)
  const width = quads * subCenters
  const place = (row: string): string => `${row} * ${width + quads}u + ${quads}u + id.x % ${width}u`
  return {
    name: 'combine_pulls',
    bindings: { inputs: 'read f32', pulls: 'write vec4' },
    threads: 64,
    body: `
  let row = id.x / ${width}u;
  if (row >= size.rows) { return; }
  if (${table('row leads')} == 0) { return; }
  var next = i32(${table('row next')});
  var sum = pulls[${place('row')}];
  while (next >= 0) {
    let other = u32(next);
    sum += pulls[${place('other')}];
    next = i32(${table('row next', 'other')});
  }
  pulls[${place('row')}] = sum;`,
  }
}
