import { describe, expect, it } from 'vitest'
import { answerOf, mpirun } from './mpirun.js'

describe.each([1, 2, 3, 4])('%i processes', (size) => {
  it('give the losses and gradients of one, for every kind of loss', async () => {
    const errors = await answerOf<Record<string, Record<string, number>>>(size, 'equality')
    expect(Object.keys(errors)).toHaveLength(20)
    for (const [name, found] of Object.entries(errors)) {
      const { loss, losses, accuracy, state, dx, dW, parameters } = found as Record<string, number>
      const wrong = Math.max((loss as number) / 1e-7, (losses as number) / 5e-7, accuracy as number)
      expect(wrong, `${name}: loss`).toBeLessThan(1)
      expect(Math.max(dx as number, dW as number), `${name}: gradients`).toBeLessThan(1e-6)
      expect(Math.max(state as number, parameters as number), `${name}: state`).toBeLessThan(1e-7)
    }
  })

  it('train, rank and sample classes as one', async () => {
    const answer = await answerOf<Record<string, number | boolean>>(size, 'training')
    expect(answer['worst']).toBeLessThan(2e-5)
    expect(answer['alone']).toBeLessThan(1e-6)
    expect(answer['exchanging']).toBe(true)
    expect(answer['kept']).toBeGreaterThanOrEqual(29)
    expect(answer['kept']).toBeLessThanOrEqual(34)
  })
})

describe('bad input', () => {
  it('is refused on all processes, named where it is, and changes nothing', async () => {
    const { messages, unchanged } = await answerOf<{
      messages: Record<string, string[]>
      unchanged: boolean
    }>(2, 'faults', 'messages')
    const refused = (message: string): string[] => [
      `PeerError: rank 1 refused the step: ${message.slice(message.indexOf(' ') + 1)}`,
      message,
    ]
    expect(messages['label']).toEqual(
      refused(
        'LabelError: labels[1] is not a class (got 10); allowed: 0 to 9, or -1 to ignore the row',
      ),
    )
    expect(messages['length']).toEqual(
      refused('ShapeError: embeddings has 7 values; allowed: a multiple of dimension = 4'),
    )
    expect(messages['nonFinite']).toEqual(
      refused('NonFiniteError: embeddings[0] is not finite (got NaN); allowed: finite numbers'),
    )
    expect(messages['sampleWeights']).toEqual(
      refused('ShapeError: sampleWeights has 1 values; allowed: 2'),
    )
    expect(messages['signal']).toEqual(refused('Error: stopped by hand'))
    const both = (message: string): string[] => [message, message]
    expect(messages['k']).toEqual(
      both('ParameterError: k is out of range (got 11); allowed: 1 to 10'),
    )
    expect(messages['classes']).toEqual(
      both(
        'ParameterError: classes is out of range (got 1); allowed: a whole number, at least one class for each of 2 processes',
      ),
    )
    expect(messages['classwise']?.[0]).toContain(
      'shard does not go with a loss that is reduced along the batch',
    )
    expect(messages['random']?.[0]).toContain('random is needed to draw margins')
    expect(messages['random']?.[1]).toContain('rank 0 refused the step: random is needed')
    expect(messages['missing']?.[0]).toContain(
      'CheckpointError: /nowhere/manifest.json: there is no checkpoint here',
    )
    expect(messages['fine']).toEqual(both('no error'))
    expect(unchanged).toBe(true)
  })

  it.each([
    ['throw', 'rank 1 of 2: TypeError: a fault of rank 1'],
    ['abort', 'rank 1 of 2: enough; the job is ended'],
  ])('that nobody catches ends the job: %s', async (task, message) => {
    const { status, stderr } = await mpirun(2, 'faults', task)
    expect(status).toBe(1)
    expect(stderr).toContain(message)
  })
})
