import { basename } from 'node:path'
import { openPage } from '../../../scripts/browser.mjs'
import { classWeightsFile, embeddingsFile, labelsFile } from '../data/files.js'
import type { Prepare, RunningEngine } from './engine.js'

/** A step on TensorFlow.js's webgl backend in a page of Chromium. A call of the page takes about a millisecond of its own. */
export const prepareOnWebGl =
  (name: 'composed' | 'marginLoss'): Prepare =>
  async ({ folder, shape, program }) => {
    if (program === undefined) throw new Error('no program for the page')
    const { call, close } = await openPage(program, { directories: { '/problem': folder } })
    const path = (file: (folder: string) => string): string => `/problem/${basename(file(folder))}`
    const versions = await call('prepare', name, shape, {
      embeddings: path(embeddingsFile),
      classWeights: path(classWeightsFile),
      labels: path(labelsFile),
    })
    let most = 0
    return {
      versions: versions as RunningEngine['versions'],
      async step() {
        const { loss, bytes } = (await call('step')) as { loss: number; bytes: number }
        most = Math.max(most, bytes)
        return loss
      },
      gradients: async () => (await call('gradients')) as ReturnType<RunningEngine['gradients']>,
      gpuMb: () => most / 2 ** 20,
      close,
    }
  }
