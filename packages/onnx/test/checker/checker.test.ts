/** What Python's onnx package (checker and shape inference, as strict as they go) says about files of every kind. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  adaCos,
  adaFace,
  adaptiveFace,
  arcFace,
  circle,
  combined,
  curricularFace,
  defineLoss,
  elasticArcFace,
  type Loss,
  lossFromJson,
  magFace,
  mvArc,
  positive,
  proxyAnchor,
  radians,
  softmax,
  sphereFace2,
} from '@arcmargin/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  attachHead,
  exportGradients,
  exportLogits,
  exportLoss,
  exportTrainingStep,
  extractEmbedding,
  toClassifier,
} from '../../src/index.js'
import { backbone } from '../support/backbone.js'

/** A user's own. */
const curved = defineLoss({
  name: 'Curved margin',
  citation: 'an experiment',
  parameters: { m: radians(0.3), k: positive(2), s: positive(16) },
  target: 's * (cos(theta + m) - k * (theta / pi)^2)',
  other: 's * cosTheta',
})

const losses: readonly Loss[] = [
  softmax(),
  arcFace(),
  arcFace({ margin: 'perClass', gradient: 'straightThrough' }),
  combined(),
  curricularFace(),
  adaCos(),
  adaFace(),
  magFace(),
  mvArc(),
  elasticArcFace(),
  adaptiveFace(),
  sphereFace2(),
  circle(),
  proxyAnchor(),
  curved(),
]

const sizes = { dimension: 3, classes: 5 }
const sgd = { kind: 'sgd', momentum: 0.9, nesterov: true } as const
const adamw = { kind: 'adamw' } as const
const classWeights = Float32Array.from({ length: 15 }, (_, i) => Math.sin(i))

/** Files by name. */
const files: Record<string, Uint8Array> = {}
for (const [index, loss] of losses.entries()) {
  const name = `${index} ${loss.definition.name.replaceAll(/[^\w-]/g, '')}`
  files[`${name} loss`] = exportLoss(loss, { ...sizes, accuracy: true }).bytes
  files[`${name} gradients`] = exportGradients(loss, { ...sizes, blockSize: 2 }).bytes
  files[`${name} step`] = exportTrainingStep(loss, { ...sizes, optimizer: adamw }).bytes
}
const { dimension } = sizes
const step = exportTrainingStep(arcFace(), { ...sizes, optimizer: sgd }).bytes
const embedding = 'features'
const classifier = toClassifier(backbone(), { embedding, classWeights, dimension, topK: 2 })
Object.assign(files, {
  scores: exportLogits(arcFace(), { ...sizes, weights: classWeights }).bytes,
  'top classes': exportLogits(arcFace(), { ...sizes, topK: 2 }).bytes,
  'any number of classes': exportTrainingStep(arcFace(), { dimension, optimizer: sgd }).bytes,
  'sub-centers': exportGradients(arcFace(), { ...sizes, subCenters: 3 }).bytes,
  'half precision': exportLoss(arcFace(), { ...sizes, weightType: 'float16' }).bytes,
})
const surgery: Record<string, Uint8Array> = {
  'attached step': attachHead(backbone(), { embedding, head: step }),
  'attached inside': attachHead(backbone(), { embedding: 'hidden', head: step }),
  'attached to an older one': attachHead(backbone({ opset: 13 }), { embedding, head: step }),
  classifier,
  extracted: extractEmbedding(classifier, { embedding }),
}

interface Verdict {
  readonly file: string
  readonly error?: string
  readonly undescribed: readonly string[]
  readonly unnamed: number
  readonly untyped: readonly string[]
  readonly metadata: Readonly<Record<string, string>>
}

const folder = mkdtempSync(join(tmpdir(), 'arcmargin-checker-'))
afterAll(() => rmSync(folder, { recursive: true }))
const verdicts = new Map<string, Verdict>()

beforeAll(() => {
  for (const [name, bytes] of Object.entries({ ...files, ...surgery })) {
    writeFileSync(join(folder, `${name}.onnx`), bytes)
  }
  const script = fileURLToPath(new URL('check.py', import.meta.url))
  const lines = execFileSync('/usr/bin/python3', [script, folder], { encoding: 'utf8' })
  for (const line of lines.trim().split('\n')) {
    const verdict: Verdict = JSON.parse(line)
    verdicts.set(verdict.file, verdict)
  }
}, 120_000)

describe('the checker of onnx accepts', () => {
  it.each(Object.keys({ ...files, ...surgery }))('%s', (name) => {
    const { error, untyped } = verdicts.get(name)!
    expect(error).toBeUndefined()
    expect(untyped).toEqual([])
  })

  it.each(Object.keys(files))(
    '%s: every input, output and node described, the loss named',
    (name) => {
      const { undescribed, unnamed, metadata } = verdicts.get(name)!
      expect([undescribed, unnamed]).toEqual([[], 0])
      const loss = lossFromJson(metadata['arcmargin.loss'] ?? '')
      expect(losses).toContainEqual(loss)
      expect(JSON.parse(metadata['arcmargin.parameters'] ?? '')).toEqual(loss.parameters)
    },
  )
})
