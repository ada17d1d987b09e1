/** The program of the page that is tested: one backend that answers and several that fail. */
import type { Answer } from '../../src/backend.js'
import { servePage } from '../../src/page/serve-page.js'

const fetched = async (): Promise<Answer> => {
  const file: { name: string } = await (await fetch('/files/package.json')).json()
  const values = { embeddings: new Float32Array([1, Number.NaN]), classWeights: [], losses: [] }
  return { ...values, loss: file.name.length, parameters: {}, state: {} }
}

const refuse = (): never => {
  throw new RangeError('classes: is out of range')
}

/** Throws where nobody waits, and never answers. */
const breakLater = (): Promise<never> => {
  setTimeout(refuse, 0)
  return new Promise(() => {})
}

servePage({ answers: { run: fetched }, refuses: { run: refuse }, breaks: { run: breakLater } })
