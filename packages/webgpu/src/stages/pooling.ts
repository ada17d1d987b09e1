import type { Design } from '../head/design.js'
import { type Access, accessTo } from '../wgsl/scope.js'

const isSoft = ({ resolved }: Design): boolean => resolved.poolingTemperature !== undefined

/**
 * Declares `chosen` and `pooled` from the cosines of the sub-centers: the largest (the first of equals), or their softmax-weighted
 * mean. Written out: arrays with a changing index are slow on some devices.
 *
 * @param each the cosine of sub-center k as WGSL.
 */
export const pool = (
  design: Design,
  each: (k: number) => string,
  access: Access = accessTo(design),
): string => {
  const { subCenters } = design
  const others = Array.from({ length: subCenters - 1 }, (_, k) => k + 1)
  const largest = `
  var chosen = 0u;
  var top = ${each(0)};
  ${others.map((k) => `if (${each(k)} > top) { chosen = ${k}u; top = ${each(k)}; }`).join('\n  ')}`
  // Rounding may leave [-1, 1] by an ulp, where powers of 1 + cosθ have no value.
  if (!isSoft(design)) return `${largest}\n  let pooled = within(-1f, top, 1f);`
  return `${largest}
  var shares = 0f;
  var mean = 0f;
  ${[0, ...others]
    .map(
      (k) =>
        `{ let share = ${unscaledShare(access, each(k))}; shares += share; mean += share * ${each(k)}; }`,
    )
    .join('\n  ')}
  let pooled = within(-1f, mean / shares, 1f);
  chosen = 0u;`
}

const unscaledShare = ({ scalar }: Access, cosine: string): string =>
  `exponential((${cosine} - top) / ${scalar('pooling temperature')})`

/** d pooled / d cosine of a sub-center, after `pool`; both as WGSL. */
export const poolingWeight = (
  design: Design,
  k: string,
  cosine: string,
  access: Access = accessTo(design),
): string =>
  isSoft(design)
    ? `(${unscaledShare(access, cosine)} / shares * (1 + (${cosine} - pooled) / ${access.scalar('pooling temperature')}))`
    : `select(0f, 1f, ${k} == chosen)`
