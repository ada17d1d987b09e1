import type { Loss } from '@arcmargin/core'
import { deriveLoss } from '@arcmargin/core/backend'
import { formulasToWgsl, wgslFunctions } from '@arcmargin/webgpu'

/** A function of the angle in WGSL, as `@arcmargin/webgpu` writes it into its kernels, with the functions that it calls. */
export const wgslOf = (loss: Loss): string => {
  const { value, slope } = deriveLoss(loss).target
  const { statements, results } = formulasToWgsl([value, slope])
  const parameters = Object.entries(loss.parameters).map(
    ([name, number]) => `  let i_${name} = f32(${number});`,
  )
  return [
    '// T(θ) and dT/dθ. θ in radians.',
    'fn targetLogit(i_theta: f32) -> vec2f {',
    '  let i_cosTheta = cosine(i_theta);',
    '  let i_sinTheta = sine(i_theta);',
    ...parameters,
    ...statements.split('\n').map((statement) => `  ${statement}`),
    `  return vec2f(${results.join(', ')});`,
    '}',
    wgslFunctions.trimEnd(),
  ].join('\n')
}
