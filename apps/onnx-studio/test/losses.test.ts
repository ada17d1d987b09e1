import { expect, it } from 'vitest'
import { build } from '../src/model/build.js'
import { choose, factories, own } from '../src/model/losses.js'

const sizes = { dimension: 4, classes: 6 }

it.each(Object.keys(factories))(
  '%s: its step needs no input that the page does not give',
  (name) => {
    const chosen = choose({ name, formula: '', settings: {} })
    if (!('loss' in chosen)) throw new Error(chosen.message)
    const choice = {
      kind: 'training-step',
      optimizer: 'sgd',
      subCenters: 2,
      keepLogits: false,
    } as const
    const { graph } = build(chosen.loss, choice, sizes).model
    const inputs = graph.input.map(({ name: one }) => one)
    const kept = graph.output.flatMap(({ name: one }) =>
      one.endsWith('.next') ? [one.slice(0, -'.next'.length)] : [],
    )
    const left = inputs.filter((one) => !kept.includes(one))
    expect(left.sort()).toEqual(['embeddings', 'labels', 'learningRate'])
  },
)

it('says at which character a formula is wrong', () => {
  const wrong = choose({ name: own, formula: 'cos(tetha)', settings: {} })
  expect(wrong).toMatchObject({ position: 4, message: expect.stringContaining('tetha') })
})

it('says what a setting may be', () => {
  const wrong = choose({ name: 'ArcFace', formula: '', settings: { scale: -1 } })
  expect(wrong).toMatchObject({ message: expect.stringContaining('scale') })
})

it('keeps what is set, and is gentler than the papers where nothing is', () => {
  const chosen = choose({ name: 'ArcFace', formula: '', settings: { margin: 0.2 } })
  expect(chosen).toMatchObject({ loss: { parameters: { margin: 0.2, scale: 16 } } })
})
