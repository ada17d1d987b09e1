import { parse } from '@arcmargin/core'
import { describe, expect, it } from 'vitest'
import { curveSvg, targetCurves } from '../src/losses/curve.js'
import { docstringOf } from '../src/losses/docstring.js'
import { faults } from '../src/losses/faults.js'
import { formulaLatex } from '../src/losses/formulas.js'
import { factories, losses } from '../src/losses/losses.js'
import { lossPage } from '../src/losses/page.js'
import { pairFaults } from '../src/pairs/faults.js'
import { pairLosses } from '../src/pairs/losses.js'
import { pairLossPage } from '../src/pairs/page.js'

describe('the losses of the documentation', () => {
  it('are those that core exports, each once', () => {
    expect(losses.map(({ name }) => name).sort()).toEqual([...factories.keys()].sort())
  })

  it('have faults of other implementations under names that exist', () => {
    expect(Object.keys(faults).filter((name) => !factories.has(name))).toEqual([])
  })

  it.each(losses)('$name is explained by the comment in its source', ({ name }) => {
    expect(docstringOf(name).length).toBeGreaterThan(40)
  })

  it.each(losses)('$name has every parameter with its default on its page', (loss) => {
    const page = lossPage(loss)
    for (const [name, { source }] of Object.entries(loss.factory.definition.parameters)) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\``))
      expect(row).toContain(source ?? '|')
    }
    expect(page).toContain(loss.factory.definition.citation)
    expect(page).toContain('## Past π')
    expect(page).toContain(`Target logit of ${loss.factory.definition.name} from 0 to 180 degrees`)
  })
})

describe('the pair losses of the documentation', () => {
  it('are there, each with faults under a name that exists', () => {
    const names = pairLosses.map(({ name }) => name)
    expect(names).toContain('tripletMargin')
    expect(names).toHaveLength(17)
    expect(Object.keys(pairFaults).filter((name) => !names.includes(name))).toEqual([])
  })

  it.each(pairLosses)(
    '$name has its comment, parameters, choices and curve on its page',
    (loss) => {
      const { definition } = loss.factory
      const page = pairLossPage(loss)
      expect(docstringOf(loss.name).length).toBeGreaterThan(40)
      expect(page).toContain(docstringOf(loss.name))
      for (const name of Object.keys(definition.parameters)) expect(page).toContain(`| \`${name}\``)
      for (const [option, values] of Object.entries(definition.choices ?? {}))
        for (const value of Object.keys(values)) expect(page).toContain(`\`${option}: '${value}'\``)
      expect(page).toContain(`Scores of ${definition.name} from 0 to 180 degrees: same label`)
    },
  )
})

describe('formulas', () => {
  it('are printed from the tree, in the letters of the papers', () => {
    expect(formulaLatex('scale * cos(theta + margin)')).toBe(
      's \\, \\cos\\left(\\theta + m\\right)',
    )
    expect(formulaLatex('lambda * (lowerNorm + myOwn)')).toBe(
      '\\lambda \\, \\left(l_a + \\mathrm{myOwn}\\right)',
    )
    expect(() => parse('scale *', ['scale'])).toThrow()
  })
})

describe('past π', () => {
  const pageOf = (wanted: string): string => {
    const loss = losses.find(({ name }) => name === wanted)
    return loss ? lossPage(loss) : ''
  }

  it.each([
    ['cosFace', 'Nothing is added to the angle'],
    ['sphereFace', 'the target logit rises nowhere up to π'],
    ['elasticArcFace', 'the target logit rises again from 151° on'], // π - 0.5 is 151.4°
    ['kappaFace', 'the target logit rises again from 134° on'], // π - 0.8 is 134.2°
    ['npcFace', 'the target logit jumps up at 90°'],
  ])('%s without a choice says what its curve does', (name, words) => {
    expect(pageOf(name)).toContain(words)
  })
})

describe('curves', () => {
  it('show the logit, not the term that a loss makes of it', () => {
    const p2sGrad = losses.find(({ name }) => name === 'p2sGrad')
    const [curve] = p2sGrad ? targetCurves(p2sGrad) : []
    expect(curve?.values[60]).toBeCloseTo(0.5, 12) // cos 60°
  })

  it('show each treatment past π with a label for readers who do not see them', () => {
    const arcFace = losses.find(({ name }) => name === 'arcFace')
    const svg = arcFace ? curveSvg(arcFace) : ''
    expect(svg).toContain(
      'Target logit of ArcFace from 0 to 180 degrees: none, linear, plain, easy, mirror',
    )
    expect(svg.match(/stroke="var\(--curve-\d\)" fill="none"/g)).toHaveLength(5)
  })
})
