/** The command line, run as a user runs it. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { supCon } from '@arcmargin/core/pairs'
import { afterAll, expect, it } from 'vitest'
import { decodeModel } from '../../src/index.js'
import { exportPairLoss } from '../../src/pairs/index.js'
import { backbone } from '../support/backbone.js'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'arcmargin-onnx-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

const run = (...args: string[]) => {
  const node = ['--conditions=@arcmargin/source', '--import', import.meta.resolve('tsx'), main]
  const { status, stdout, stderr } = spawnSync(process.execPath, [...node, ...args], {
    cwd: folder,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

it('exports a training step, attaches it and prints what it is', { timeout: 60_000 }, () => {
  const sizes = ['--classes', '5', '--dimension', '3']
  const step = ['--kind', 'training-step', '--optimizer', 'adamw', '--out', 'head.onnx']
  const exported = run('export', '--loss', 'arcface', '--margin', '0.4', ...sizes, ...step)
  expect(exported).toMatchObject({ status: 0, stderr: '' })
  writeFileSync(join(folder, 'net.onnx'), backbone())
  const files = ['--head', 'head.onnx', '--out', 'joint.onnx']
  expect(run('attach', 'net.onnx', '--embedding', 'features', ...files).status).toBe(0)
  const { graph } = decodeModel(readFileSync(join(folder, 'joint.onnx')))
  expect(graph.input.map(({ name }) => name)).toContain('optimizer.firstMoment')
  const { stdout } = run('inspect', 'joint.onnx')
  expect(stdout).toMatch(/^input +x +float \[n, 2\]$/m)
  expect(stdout).toMatch(/^output +loss +float \[\] {3}The reduced loss/m)
  expect(stdout).toContain('"margin":0.4')
  expect(stdout).toMatch(/^target .*cos\(/m)
})

it("exports a formula of the user's own from a file", { timeout: 60_000 }, () => {
  const parameters = { m: { default: 0.3 }, s: { default: 16 } }
  const formulas = { target: 's * (cosTheta - m)', other: 's * cosTheta' }
  const own = { name: 'Own', citation: 'an experiment', parameters, ...formulas }
  writeFileSync(join(folder, 'own.json'), JSON.stringify(own))
  const options = ['--m', '0.2', '--dimension', '3', '--kind', 'loss', '--out', 'own.onnx']
  expect(run('export', '--loss', 'own.json', ...options)).toMatchObject({ status: 0, stderr: '' })
  expect(run('inspect', 'own.onnx').stdout).toContain('Own (an experiment)')
})

it('tells the formulas of a pair loss', { timeout: 60_000 }, () => {
  const { bytes } = exportPairLoss(supCon({ temperature: 0.2 }), { dimension: 3 })
  writeFileSync(join(folder, 'pairs.onnx'), bytes)
  const { stdout } = run('inspect', 'pairs.onnx')
  expect(stdout).toMatch(/^loss +SupCon \(Khosla/m)
  expect(stdout).toMatch(/^positive +cosTheta \/ temperature$/m)
  expect(stdout).toMatch(/^term +select\(/m)
})

it('sets the optimiser and the loss, and bakes in weights', { timeout: 120_000 }, () => {
  const loss = ['--loss', 'arcface', '--margin', 'perClass', '--past-pi', 'mirror']
  const rule = ['--optimizer-momentum', '0.8', '--optimizer-nesterov', '--dimension', '3']
  expect(run('export', ...loss, ...rule, '--out', 'sgd.onnx')).toMatchObject({ status: 0 })
  const { graph, metadataProps } = decodeModel(readFileSync(join(folder, 'sgd.onnx')))
  const names = graph.input.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['parameters.margin', 'optimizer.momentum']))
  const entries = Object.fromEntries(metadataProps.map(({ key, value }) => [key, value]))
  expect(JSON.parse(entries['arcmargin.options'] ?? '').optimizer).toEqual({
    kind: 'sgd',
    momentum: 0.8,
    nesterov: true,
  })
  expect(JSON.parse(entries['arcmargin.loss'] ?? '').pastPi).toBe('mirror')
  const wrong = run('export', ...loss, ...rule, '--optimizer', 'adam', '--out', 'x.onnx')
  expect(wrong.stderr).toContain('adam has no --optimizer-momentum; allowed: --optimizer-weight')

  writeFileSync(join(folder, 'net.onnx'), backbone())
  writeFileSync(
    join(folder, 'w.bin'),
    Float32Array.from({ length: 15 }, (_, i) => Math.sin(i)),
  )
  const weights = ['--weights', 'w.bin', '--embedding', 'features', '--out', 'classifier.onnx']
  expect(run('classify', 'net.onnx', ...weights).stderr).toContain('--dimension is missing')
  const sizes = ['--dimension', '3', '--top-k', '2', '--weight-type', 'float16']
  expect(run('classify', 'net.onnx', ...weights, ...sizes)).toMatchObject({ status: 0 })
  const classifier = decodeModel(readFileSync(join(folder, 'classifier.onnx')))
  const outputs = classifier.graph.output.map(({ name }) => name)
  expect(outputs).toEqual(['features', 'extra', 'topScores', 'topClasses'])
  const cut = ['--embedding', 'features', '--out', 'cut.onnx']
  expect(run('extract', 'classifier.onnx', ...cut)).toMatchObject({ status: 0, stderr: '' })
  expect(decodeModel(readFileSync(join(folder, 'cut.onnx'))).graph.output).toHaveLength(1)
})

it('reads class weights of numpy with their sizes', { timeout: 60_000 }, () => {
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (5, 2, 3), }".padEnd(117)
  const start = Buffer.from(`\x93NUMPY\x01\x00\x76\x00${header}\n`, 'latin1')
  const values = Float32Array.from({ length: 30 }, (_, i) => Math.cos(i))
  writeFileSync(join(folder, 'w.npy'), Buffer.concat([start, Buffer.from(values.buffer)]))
  const flags = ['--loss', 'arcface', '--kind', 'logits', '--weights', 'w.npy']
  expect(run('export', ...flags, '--out', 'scores.onnx')).toMatchObject({ status: 0, stderr: '' })
  const { stdout } = run('inspect', 'scores.onnx')
  expect(stdout).toMatch(/^input +embeddings +float \[batch, 3\]/m)
  expect(stdout).toMatch(/^output +scores +float \[batch, 5\]/m)
})

it('says what is allowed', { timeout: 60_000 }, () => {
  const flags = ['--dimension', '3', '--out', 'x.onnx']
  const loss = run('export', '--loss', 'arcfase', ...flags)
  expect(loss.status).toBe(1)
  expect(loss.stderr).toMatch(/arcfase.*allowed: .*arcface/)
  const kind = run('export', '--loss', 'arcface', '--kind', 'training', ...flags)
  expect(kind.status).toBe(1)
  expect(kind.stderr).toContain('Allowed choices are logits, loss, gradients, training-step')
  expect(run('export', '--loss', 'arcface', '--margim', '1', ...flags).stderr).toContain('--margin')
  expect(run('export', '--loss', 'arcface', '--help').stdout).toContain('--margin <value>')
  expect(run('inspect', 'nothing.onnx').status).toBe(1)
})

it('tells its version, and refuses what it would not use or cannot read', {
  timeout: 120_000,
}, () => {
  const about = new URL('../../package.json', import.meta.url)
  const { version } = JSON.parse(readFileSync(about, 'utf8'))
  expect(run('--version')).toMatchObject({ status: 0, stdout: `${version}\n` })

  const refused = (loss: string, ...options: string[]): string => {
    const result = run(
      'export',
      '--loss',
      loss,
      '--dimension',
      '3',
      '--out',
      'none.onnx',
      ...options,
    )
    expect(result.status).toBe(1)
    return result.stderr
  }
  const unused = refused('arcface', '--kind', 'loss', '--top-k', '3')
  expect(unused).toContain('error: loss has no --top-k; it goes with --kind logits')
  const momentum = refused('arcface', '--kind', 'gradients', '--optimizer-momentum', '0.5')
  expect(momentum).toContain(
    'gradients has no --optimizer-momentum; it goes with --kind training-step',
  )
  writeFileSync(join(folder, 'half.json'), '{')
  expect(refused('half.json')).toMatch(
    /^half.json is not JSON: .*; allowed: a definition or a loss/,
  )
  writeFileSync(join(folder, 'null.json'), 'null')
  expect(refused('null.json')).toContain('definition does not fit; allowed: an object')
  expect(existsSync(join(folder, 'none.onnx'))).toBe(false)
})
