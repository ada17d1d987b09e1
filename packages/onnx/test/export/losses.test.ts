import type { Loss } from '@arcmargin/core'
import { marginLoss, matchByRank } from '@arcmargin/core/head'
import { describe, expect, test } from 'vitest'
import { lossCases } from '../../../core/test/support/losses.js'
import { problemOf } from '../../../core/test/support/problem.js'
import { exportMarginLogits } from '../../src/index.js'
import { differences, feedsOf, inFloat32, runCore, runGraph } from '../support/compare.js'
import { load } from '../support/runner.js'

/** Draws that the loss asks for; core takes them as parameters. */
const drawsFor = (names: readonly string[], rows: number): Record<string, Float64Array> =>
  Object.fromEntries(
    names.map((name) => [
      name,
      Float64Array.from({ length: rows }, (_, row) => Math.fround(0.3 + 0.05 * row)),
    ]),
  )

/** Draws as rank-matched losses use them. */
const matched = (
  loss: Loss,
  batch: Parameters<typeof marginLoss>[1],
  drawn: Readonly<Record<string, Float64Array>>,
): Record<string, Float64Array> => {
  const rows = Array.from(batch.labels, (_, row) => row).filter(
    (row) => (batch.labels[row] as number) >= 0,
  )
  return Object.fromEntries(
    Object.entries(drawn).map(([name, values]) => {
      if (!loss.definition.draws?.[name]?.rankMatched) return [name, values]
      const { targetAngles } = marginLoss(loss, batch, { training: false })
      const ranked = matchByRank(
        rows.map((row) => values[row] as number),
        rows.map((row) => Math.cos(targetAngles[row] as number)),
      )
      const result = Float64Array.from(values)
      ranked.forEach((value, index) => {
        result[rows[index] as number] = value
      })
      return [name, result]
    }),
  )
}

describe.each(lossCases)('$label', (which) => {
  test.each([
    { form: 'kept', keepLogits: true, blockSize: 3 },
    { form: 'recomputed', keepLogits: false, blockSize: 4 },
  ])('$form: loss, state and gradients are core’s', async ({ keepLogits, blockSize }) => {
    // A seed without a row at π - eps of AdaFace, where float32 knows eps to 1e-4 only.
    const problem = inFloat32(problemOf(which, 8, { rows: 6, classes: 11, dimension: 8 }))
    const { loss, state } = problem
    const labels = problem.batch.labels.map((label, row) => (row === 4 ? -1 : label))
    const batch = { ...problem.batch, labels }
    const { parameters: scopes, draws = {} } = loss.definition
    const drawn = drawsFor(Object.keys(draws), labels.length)
    const parameters = { ...problem.parameters, ...drawn }
    const plain = Object.keys(draws).length === 0 && !loss.definition.pooling
    const parameterGradients = plain ? Object.keys(scopes) : []
    const found = await runGraph(
      loss,
      batch,
      { parameters, state },
      {
        keepLogits,
        blockSize,
        parameterGradients,
      },
    )
    // Core hands out draws itself, or takes them as they are: here they are in the order of the ranks.
    const expected = runCore(
      loss,
      batch,
      { parameters: { ...parameters, ...matched(which.loss, batch, drawn) }, state },
      {
        gradients: { parameters: parameterGradients },
      },
    )
    expect(differences(found, expected, 2e-5)).toEqual([])
  })

  test.each([undefined, 11])('the logits of %s classes are core’s', async (classes) => {
    const sizes = { rows: 6, classes: 11, dimension: 8 }
    const { loss, state, parameters, batch } = inFloat32(problemOf(which, 7, sizes))
    const draws = drawsFor(Object.keys(loss.definition.draws ?? {}), batch.labels.length)
    const extras = { parameters: { ...parameters, ...draws }, state }
    const { dimension, subCenters } = batch
    const options = { dimension, subCenters, blockSize: 4, matchDraws: false }
    const { bytes } = exportMarginLogits(loss, classes ? { ...options, classes } : options)
    const { inputs, shapes } = feedsOf(batch, extras)
    const found = await (await load(bytes)).run(inputs, shapes)
    const { logits = [] } = marginLoss(loss, batch, { ...extras, logits: true })
    expect(differences(found, { logits }, 1e-5)).toEqual([])
  })
})
