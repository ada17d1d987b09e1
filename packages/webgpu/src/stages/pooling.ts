import type { Design } from '../head/design.js'
import { accessTo } from '../wgsl/scope.js'

const isSoft = ({ resolved }: Design): boolean => resolved.poolingTemperature !== undefined

/** Declares `chosen` and `pooled` from the cosines `each`: the largest (the first of equals), or their softmax-weighted mean. */
export const pool = (design: Design): string => {
  const { subCenters } = design
  const largest = `
  var chosen = 0u;
  for (var k = 1u; k < ${subCenters}u; k++) { if (each[k] > each[chosen]) { chosen = k; } }`
  // Rounding may leave [-1, 1] by an ulp, where powers of 1 + cosθ have no value.
  if (!isSoft(design)) return `${largest}\n  let pooled = clamp(each[chosen], -1f, 1f);`
  return `${largest}
  var shares = 0f;
  var mean = 0f;
  for (var k = 0u; k < ${subCenters}u; k++) {
    let share = ${unscaledShare(design)};
    shares += share;
    mean += share * each[k];
  }
  let pooled = clamp(mean / shares, -1f, 1f);
  let top = each[chosen];
  chosen = 0u;`
}

const unscaledShare = (design: Design, top = 'each[chosen]'): string =>
  `exponential((each[k] - ${top}) / ${accessTo(design).scalar('pooling temperature')})`

/** d pooled / d cosine_k, after \`pool\`. */
export const poolingWeight = (design: Design): string =>
  isSoft(design)
    ? `(${unscaledShare(design, 'top')} / shares * (1 + (each[k] - pooled) / ${accessTo(design).scalar('pooling temperature')}))`
    : 'select(0f, 1f, k == chosen)'
