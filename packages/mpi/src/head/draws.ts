import { type Loss, ParameterError } from '@arcmargin/core'
import { resolveLoss } from '@arcmargin/core/backend'
import type { Collective } from '../collective/collective.js'
import { agree } from './agree.js'
import type { ShardedStepOptions } from './options.js'

/** A margin takes two uniform numbers (Box and Muller). */
const numbersOfADraw = 2

/**
 * The generator that all processes draw the same margins from: numbers of rank 0's. Undefined where nothing is drawn.
 *
 * @param rows N over all processes.
 * @throws ParameterError where rank 0 has no generator.
 */
export const sharedRandom = async (
  collective: Collective,
  loss: Loss,
  rows: number,
  { parameters = {}, random, training = true }: ShardedStepOptions,
): Promise<(() => number) | undefined> => {
  const names = Object.keys(resolveLoss(loss).draws).filter((name) => !(name in parameters))
  if (!training || names.length === 0) return undefined
  const numbers = new Float64Array(names.length * rows * numbersOfADraw)
  await agree(collective, () => {
    if (collective.rank !== 0) return
    if (!random) {
      throw new ParameterError('is needed to draw margins', {
        argument: 'random',
        allowed: `a function that returns numbers in [0, 1), or parameters.${names[0]}`,
      })
    }
    numbers.forEach((_, at) => {
      numbers[at] = random()
    })
  })
  collective.broadcast(numbers)
  let next = 0
  return () => numbers[next++] as number
}
