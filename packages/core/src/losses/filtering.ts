import { apply, input, number } from '../expression/node.js'
import { print } from '../expression/print.js'
import { simplify } from '../expression/simplify.js'
import { substitute } from '../expression/substitute.js'
import { createLoss, defineLoss } from './define.js'
import type { Loss, LossDefinition } from './definition.js'
import { cosineMargin } from './parameter.js'
import { resolveLoss } from './resolve.js'

/** What counts in the place of a filtered negative's angle. */
const rightAngle = { cosTheta: number(0), sinTheta: number(1), theta: number(Math.PI / 2) }

/**
 * Inter-class filtering: a non-target whose cosine exceeds `threshold` is likely the same identity under another label; its
 * cosine counts as 0 and has no gradient. It stays in the denominator. An et al., Killing Two Birds with One Stone
 * (Partial FC), CVPR 2022, arXiv:2203.15565.
 *
 * @param loss any loss; the result is a loss of its own, with one more parameter.
 * @param threshold cosine above which a negative is filtered. Default 0.4, as insightface's wf12m configuration.
 */
export const filterInterclass = (loss: Loss, threshold = 0.4): Loss => {
  const { definition, parameters, pastPi, gradient } = loss
  const { other, straightThrough } = resolveLoss(loss)
  const filtered = (formula: typeof other, replacement: typeof other): string =>
    print(
      apply(
        'select',
        apply('gt', input('cosTheta'), input('filterThreshold')),
        replacement,
        formula,
      ),
    )
  const slopes = definition.straightThrough
  const extended: LossDefinition = {
    ...definition,
    name: `${definition.name}, inter-class filtered`,
    parameters: { ...definition.parameters, filterThreshold: cosineMargin(0.4) },
    other: filtered(other, simplify(substitute(other, rightAngle))),
    ...(slopes && straightThrough
      ? { straightThrough: { ...slopes, other: filtered(straightThrough.other, number(0)) } }
      : {}),
  }
  return createLoss(defineLoss(extended).definition, {
    ...parameters,
    ...(pastPi === undefined ? {} : { pastPi }),
    gradient,
    filterThreshold: threshold,
  })
}
