/** `npm run backbone`: trains the demo's ArcFace net and writes it, packed, into the folder of the page that teaches things. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { datasetOf } from '../dataset.js'
import { experimentOf } from '../experiments.js'
import { prepareBackend } from '../net/backbone.js'
import { cacheFolder } from '../paths.js'
import { loadSheet } from '../pictures/sheet.js'
import { trainRange } from '../pictures/split.js'
import { train } from '../train.js'
import { packNet } from './pack.js'
import { joinNet } from './packed-net.js'

const folder = fileURLToPath(new URL('../../../enroll/data', import.meta.url))
await prepareBackend()
const dataset = datasetOf(await loadSheet(cacheFolder), trainRange)
const steps = train(dataset, experimentOf('arcface'), { seed: 0, epochs: 12 })
let next = steps.next()
while (!next.done) {
  const { step, epoch, loss } = next.value
  if (step % 50 === 0) process.stderr.write(`epoch ${epoch}, loss ${loss.toFixed(3)}\n`)
  next = steps.next()
}
await mkdir(folder, { recursive: true })
await writeFile(join(folder, 'net.bin'), joinNet(packNet(next.value.backbone.weights)))
process.stderr.write(`Written to ${folder}\n`)
