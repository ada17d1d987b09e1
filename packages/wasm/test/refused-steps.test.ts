import { arcFace, defineLoss, type Loss, NonFiniteError } from '@arcmargin/core'
import { expect, it } from 'vitest'
import { MarginHead } from '../src/index.js'
import { randomBatch } from './support/data.js'

const batch = randomBatch(1, { rows: 8, dimension: 16, classes: 50 })

/** Whether a step is refused, and leaves the class weights as they were. */
const refusal = async (loss: Loss, options: object = {}): Promise<unknown> => {
  const { classWeights: weights } = batch
  const optimizer = { type: 'sgd', learningRate: 0.5 } as const
  const head = await MarginHead.create({ loss, classes: 50, dimension: 16, weights, optimizer })
  const reason = await head.step(batch, options).then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(await head.readWeights()).toEqual(weights)
  await head.dispose()
  return reason
}

it.each([{ lr: 1 }, { gradients: true }, { state: {} }, { cosineBudget: 0 }])(
  'an option that a step does not take: %j',
  async (options) => {
    const message = /is not an option of a step; allowed: reduction, .*signal/
    expect(await refusal(arcFace(), options)).toMatchObject({
      message: expect.stringMatching(message),
    })
  },
)

it.each(['log(cosTheta - 2)', '1 / (1 - cosTheta / cosTheta)'])(
  'a formula without a finite value: %s',
  async (formula) => {
    const plain = { target: 'cosTheta', other: 'cosTheta' }
    for (const changes of [{ target: formula }, { other: formula }]) {
      const parts = { name: 'Odd', citation: '', parameters: {}, ...plain, ...changes }
      expect(await refusal(defineLoss(parts)())).toBeInstanceOf(NonFiniteError)
    }
  },
)
