import { describe, expect, test } from 'vitest'
import { latex } from '../../src/expression/latex.js'
import { parse } from '../../src/expression/parse.js'

const inputs = [
  ...['x', 'y', 'theta', 'cosTheta', 'sinTheta', 'featureNorm', 'weightNorm'],
  ...['m1', 'm2', 'm3', 'scale', 'gamma', 'h_2', 'batch_mean', '_'],
]

describe('latex', () => {
  test.each([
    ['x', 'x'],
    ['theta', '\\theta'],
    ['cosTheta', '\\cos\\theta'],
    ['sinTheta', '\\sin\\theta'],
    ['featureNorm', '\\lVert x\\rVert'],
    ['weightNorm', '\\lVert w\\rVert'],
    ['m1', 'm_{1}'],
    ['h_2', 'h_{2}'],
    ['gamma', '\\gamma'],
    ['scale', '\\mathrm{scale}'],
    ['batch_mean', '\\mathrm{batch\\_mean}'],
    ['_', '\\_'],
    ['2.5', '2.5'],
    ['pi - 1e-7', '\\pi - 1 \\cdot 10^{-7}'],
    ['-x', '-x'],
    ['-(x + y)', '-\\left(x + y\\right)'],
    ['x + y - x', 'x + y - x'],
    ['x - (y - x)', 'x - \\left(y - x\\right)'],
    ['x - (-3)', 'x - \\left(-3\\right)'],
    ['2 * x', '2 \\, x'],
    ['x * 2', 'x \\cdot 2'],
    ['cosTheta * x', '\\cos\\theta \\cdot x'],
    ['x * cosTheta', 'x \\, \\cos\\theta'],
    ['x / (y + 1)', '\\frac{x}{y + 1}'],
    ['x ^ 2', 'x^{2}'],
    ['x ^ (-y)', 'x^{-y}'],
    ['(x + y) ^ 2', '\\left(x + y\\right)^{2}'],
    ['(-2) ^ x', '\\left(-2\\right)^{x}'],
    ['cosTheta ^ 2', '\\left(\\cos\\theta\\right)^{2}'],
    ['cos(x) ^ 2', '\\left(\\cos\\left(x\\right)\\right)^{2}'],
    ['(x / y) ^ 2', '\\left(\\frac{x}{y}\\right)^{2}'],
    ['(x ^ y) ^ 2', '\\left(x^{y}\\right)^{2}'],
    ['exp(-x)', '\\exp\\left(-x\\right)'],
    ['log(x)', '\\log\\left(x\\right)'],
    ['sqrt(1 - x)', '\\sqrt{1 - x}'],
    ['sin(x)', '\\sin\\left(x\\right)'],
    ['abs(x)', '\\left\\lvert x\\right\\rvert'],
    ['floor(x)', '\\left\\lfloor x\\right\\rfloor'],
    ['sigmoid(x)', '\\sigma\\left(x\\right)'],
    ['softplus(x)', '\\operatorname{softplus}\\left(x\\right)'],
    ['min(x, y)', '\\min\\left(x, y\\right)'],
    ['max(x, y)', '\\max\\left(x, y\\right)'],
    ['clamp(x, -1, 1)', '\\operatorname{clamp}\\left(x, -1, 1\\right)'],
    ['stopGradient(x)', '\\operatorname{sg}\\left(x\\right)'],
    [
      'select(x <= y, x, -y)',
      '\\begin{cases}x & \\text{if } x \\le y \\\\ -y & \\text{otherwise}\\end{cases}',
    ],
    [
      '2 * select(x > y, x, y)',
      '2 \\, \\left(\\begin{cases}x & \\text{if } x > y \\\\ y & \\text{otherwise}\\end{cases}\\right)',
    ],
    [
      'scale * (cos(m1 * theta + m2) - m3)',
      '\\mathrm{scale} \\, \\left(\\cos\\left(m_{1} \\, \\theta + m_{2}\\right) - m_{3}\\right)',
    ],
  ])('%s is %s', (formula, expected) => {
    expect(latex(parse(formula, inputs))).toBe(expected)
  })

  test('given symbols win', () => {
    const node = parse('scale * cosTheta ^ 2', inputs)
    expect(latex(node, { scale: 's', cosTheta: 'c' })).toBe('s \\, c^{2}')
    expect(latex(node, { scale: 's', cosTheta: '\\cos\\theta_y' })).toBe(
      's \\, \\left(\\cos\\theta_y\\right)^{2}',
    )
  })
})
