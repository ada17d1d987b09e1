import { describe, expect, test } from 'vitest'
import { jsonReport } from '../src/report/json.js'
import { drawResults } from '../src/report/plot.js'
import { curveTable, shapeTables, sweepTable, targetTable } from '../src/report/table.js'
import { footer, header } from '../src/report/text.js'
import { sweepShapes, sweepsOf } from '../src/sweeps.js'
import { measured, resultsOf } from './results.js'

const cpu = resultsOf(
  'cpu',
  [
    measured('core', 1, 'S2', 1000),
    measured('pytorch', 1, 'S2', 100),
    measured('pytorch', 2, 'S2', 50),
    measured('onnxruntime-node-naive', 2, 'S2', 25),
    measured('core', 1, 'S1', 12),
  ],
  [
    {
      ...measured('pytorch', 1, 'S1', 1),
      reason: 'python3-torch is not installed',
      failed: false,
    },
    { ...measured('tfjs-cpu', 1, 'S1', 1), reason: 'ended with SIGKILL', failed: true },
  ],
)

/** ms = N^1·D^1·C^2·K^0 */
const scale = resultsOf(
  'scale',
  sweepShapes.map((shape) =>
    measured('core', 1, shape, (shape.rows * shape.dimension * shape.classes ** 2) / 1e9),
  ),
)

describe('the table', () => {
  const [first = '', , core = '', one = '', two = '', ours = ''] = shapeTables(cpu).split('\n')
  const cells = (line: string): string[] => line.trim().split(/ {2,}/)

  test('compares with the baseline of as many threads', () => {
    expect(cells(first).slice(0, 6)).toEqual([
      'S2: N 128, D 512, C 10000',
      'ms',
      'range',
      'CPU ms',
      'turns',
      '× pytorch',
    ])
    const ratios = [core, one, two, ours].map((line) => cells(line)[5])
    expect(ratios).toEqual(['0.10', '1.00', '1.00', '2.00'])
    expect(cells(first)[6]).toBe('CPU ×')
    expect(cells(core)[6]).toBe('0.10')
  })

  test('gives the share of the peak of all threads', () => {
    // 3.932 GFLOP in 0.5 s of 50 GFLOP/s, and in 12.5 ms of 2 · 100 GFLOP/s, each in the fastest turn.
    expect(cells(core).slice(7)).toEqual(['7.86', '16 %', '123', '1.5e-8', '4.5e-7', '6.0e-7'])
    expect(cells(ours)[8]).toBe('157 %')
  })

  test('falls back to core where PyTorch is missing', () => {
    const small = shapeTables(cpu).split('\n\n')[1] ?? ''
    expect(small).toContain('× core')
  })

  test('of the suite scale holds the exponents', () => {
    const row = sweepTable(scale).split('\n').at(-1) ?? ''
    const exponents = cells(row).filter((_, i) => i % 2 === 1)
    expect(exponents).toEqual(['1.00', '1.00', '2.00', '0.00'])
  })
})

describe('the targets', () => {
  const lines = (...measurements: Parameters<typeof measured>[]): string[] =>
    targetTable(
      resultsOf(
        'cpu',
        measurements.map((one) => measured(...one)),
      ),
    ).split('\n')

  test('are judged by median, share of the peak and memory', () => {
    const table = lines(['wasm', 1, 'S2', 120], ['tfjs-wasm', 1, 'S2', 1000])
    expect(table.slice(2).map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['S2: wasm, 1 thread: share of the peak, %', '>= 75', '131', 'met'],
      ['S2: wasm, 1 thread against tfjs-wasm: times as fast', '>= 10', '8.33', 'missed'],
      ['S2: wasm, 1 thread: peak MB', '<= 103', '123', 'missed'],
    ])
  })

  test('are for large shapes and for our engines', () => {
    expect(lines(['wasm', 1, 'S1', 1], ['pytorch', 1, 'S2', 1])).toEqual([''])
  })
})

describe('on a GPU', () => {
  const gpu = {
    ...resultsOf('gpu', [
      measured('tfjs-webgpu', 1, '64x128x10000', 1000),
      { ...measured('webgpu-step', 1, '64x128x10000', 100), gpuMb: 6.25 },
      measured('tfjs-webgpu', 1, '64x128x1000', 100),
      { ...measured('webgpu-step', 1, 'S4', 10_000), gpuMb: 600, sameBits: true },
    ]),
    roofs: { simd128: 0, native: 0, gpu: 20, twoThreads: 0 },
  }

  const cells = (line: string): string[] => line.trim().split(/ {2,}/)

  test('buffers have a column, TensorFlow.js is the baseline, and the peak is that of the GPU', () => {
    const [first = '', , tfjs = '', ours = ''] = shapeTables(gpu).split('\n')
    expect([cells(first)[5], cells(first)[10]]).toEqual(['× tfjs-webgpu', 'GPU MB'])
    // 0.4915 GFLOP in 50 ms of 20 GFLOP/s.
    expect(cells(ours).slice(5)).toEqual([
      '10.00',
      '10.00',
      '9.83',
      '49 %',
      '123',
      '6.3',
      '1.5e-8',
      '4.5e-7',
      '6.0e-7',
    ])
    expect(cells(tfjs)[10]).toBe('1.5e-8')
    expect(header(gpu)).toContain('peak: 20 GFLOP/s of the GPU')
  })

  test('the cost over the classes has a curve with its exponent', () => {
    expect(curveTable(gpu).split('\n').slice(2).map(cells)).toEqual([
      ['tfjs-webgpu', '1.00', '1000–10000', '50–500'],
      ['webgpu-step', '1.00', '10000–1000000', '50–5000'],
    ])
    const svg = drawResults(gpu)
    expect(svg).toMatch(/aria-label="[^"]*webgpu-step: C\^1\.00, 50 at 10000, 5000 at 1000000"/)
    expect(svg.match(/<circle/g)).toHaveLength(4)
    expect(svg).not.toContain('NaN')
    const alone = { ...gpu, measurements: gpu.measurements.slice(0, 1) }
    expect(curveTable(alone)).toBe('')
    expect(drawResults(alone)).toContain('Milliseconds a step in suite gpu')
  })

  test('targets are the speed against the composition, the share of plain products, the memory of a million', () => {
    const lines = targetTable(gpu).split('\n').slice(2)
    expect(lines.map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['64x128x10000: webgpu-step against tfjs-webgpu: times as fast', '>= 8', '10', 'met'],
      ['64x128x10000: webgpu-step: share of the peak, %', '>= 80', '49.2', 'missed'],
      ['S4: webgpu-step: peak GPU MB', '<= 504', '600', 'missed'],
      ['S4: webgpu-step: bits that differ from run to run', '<= 0', '0', 'met'],
    ])
  })
})

test('of @arcmargin/tfjs are the speed against the composition on the same backend', () => {
  const results = resultsOf(
    'gpu',
    ['1000', '10000'].flatMap((classes) => [
      measured('tfjs-webgpu', 1, `64x128x${classes}`, 40),
      measured('arcmargin-tfjs-webgpu', 1, `64x128x${classes}`, 10),
      measured('tfjs-webgl', 1, `64x128x${classes}`, 10),
      measured('arcmargin-tfjs-webgl', 1, `64x128x${classes}`, 20),
    ]),
  )
  const lines = targetTable(results).split('\n').slice(2)
  const [webgpu, webgl] = ['webgpu', 'webgl'].map(
    (backend) => `arcmargin-tfjs-${backend} against tfjs-${backend}: times as fast`,
  )
  expect(lines.map((line) => line.trim().split(/ {2,}/))).toEqual([
    [`64x128x1000: ${webgpu}`, '>= 1', '4', 'met'],
    [`64x128x1000: ${webgl}`, '>= 1', '0.5', 'missed'],
    [`64x128x10000: ${webgpu}`, '>= 5', '4', 'missed'],
    [`64x128x10000: ${webgl}`, '>= 1', '0.5', 'missed'],
  ])
})

test('of @arcmargin/tfjs on a CPU are the speed against both compositions', () => {
  const results = resultsOf(
    'cpu',
    ['S1', 'S2'].flatMap((shape) => [
      measured('tfjs-wasm', 1, shape, 20),
      measured('tfjs-wasm-autograd', 1, shape, 80),
      measured('arcmargin-tfjs-wasm', 1, shape, 10),
      measured('tfjs-cpu', 1, shape, 100),
      measured('arcmargin-tfjs-cpu', 1, shape, 10),
    ]),
  )
  const lines = targetTable(results).split('\n').slice(2)
  const wasm = 'arcmargin-tfjs-wasm against tfjs-wasm'
  const cpu = 'arcmargin-tfjs-cpu against tfjs-cpu: times as fast'
  expect(lines.map((line) => line.trim().split(/ {2,}/))).toEqual([
    [`S1: ${wasm}: times as fast`, '>= 1', '2', 'met'],
    [`S1: ${wasm}-autograd: times as fast`, '>= 1', '8', 'met'],
    [`S1: ${cpu}`, '>= 1', '10', 'met'],
    [`S2: ${wasm}: times as fast`, '>= 3', '2', 'missed'],
    [`S2: ${wasm}-autograd: times as fast`, '>= 3', '8', 'met'],
    [`S2: ${cpu}`, '>= 1', '10', 'met'],
  ])
})

describe('the text', () => {
  test('says where and with what load', () => {
    expect(header(cpu)).toMatch(/a CPU, 2 cores, 4 GB.*\nload 0\.1 before, 1\.2 after/)
    expect(header(cpu)).toContain('do 1.90 times as much')
  })

  test('says who is missing and why', () => {
    expect(footer(cpu)).toContain(
      'pytorch, 1 thread: left out, python3-torch is not installed (S1)',
    )
    expect(footer(cpu)).toContain('tfjs-cpu: FAILED, ended with SIGKILL (S1)')
  })
})

describe('the JSON', () => {
  test('has one row a measurement', () => {
    const { rows, machine, versions } = jsonReport(cpu)
    expect(rows).toHaveLength(5)
    expect(rows[2]).toEqual({
      ...{ suite: 'cpu', engine: 'pytorch', shape: 'S2', threads: 2, wallMs: 50, cpuMs: 100 },
      ...{ peakMb: 123.4, errorLoss: 1.5e-8, errorDx: 4.5e-7, errorDw: 6e-7 },
    })
    expect([machine.cpu, machine.roofs.native, versions]).toEqual(['a CPU', 100, { node: '20' }])
  })
})

describe('the curves of the suite scale', () => {
  const sweeps = sweepsOf(scale.measurements)

  test('have one fitted exponent an axis', () => {
    expect(sweeps.map(({ axis }) => axis)).toEqual(['N', 'D', 'C', 'K'])
    expect(sweeps[2]?.exponent).toBeCloseTo(2, 10)
    expect(sweeps[0]?.points).toHaveLength(4)
  })
})

describe.each([
  ['cpu', cpu, 5, /core on S2 1000/],
  ['scale', scale, 16, /core in C 2\.00/],
] as const)('the plot of %s', (_, results, dots, label) => {
  const svg = drawResults(results)

  test('is one picture that says what it shows', () => {
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/)
    expect(svg).toMatch(/role="img"/)
    const labels = [...svg.matchAll(/aria-label="([^"]*)"/g)].map(([, text]) => text)
    expect(labels).toHaveLength(1)
    expect(labels[0]).toMatch(label)
  })

  test('draws every measurement, nothing at NaN', () => {
    expect(svg.match(/<circle/g)).toHaveLength(dots)
    expect(svg).not.toContain('NaN')
  })
})
