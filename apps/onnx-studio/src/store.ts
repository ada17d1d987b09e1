import { attachHead, decodeModel, ModelError, toClassifier } from '@arcmargin/onnx'
import { messageOf } from '@arcmargin/ui'
import { batch, computed, effect, signal } from '@preact/signals'
import sheetUrl from '../../verification-lab/data/pictures.webp'
import { type Built, build, type GraphChoice } from './model/build.js'
import { choose, type LossChoice } from './model/losses.js'
import { type Backbone, readBackbone } from './model/own-backbone.js'
import { classes, type Features, loadFeatures, lookedUpRows } from './model/pictures.js'
import { dimension } from './model/projection.js'
import { loadRuntime } from './model/runtime.js'
import { type StepRecord, startingRates, Training } from './model/training.js'

/** The loss that the page is about. */
export const lossChoice = signal<LossChoice>({
  name: 'ArcFace',
  formula: 'cos(theta + m)',
  settings: { margin: 0.3 },
})

/** Its graph. */
export const graphChoice = signal<GraphChoice>({
  kind: 'training-step',
  optimizer: 'sgd',
  subCenters: 1,
  keepLogits: true,
})

/** The loss, or what is wrong with it. */
export const chosen = computed(() => choose(lossChoice.value))

/** Its graph for the page's pictures; the last one that could be built where something is wrong now. */
export const built = signal<Built | undefined>(undefined)

/** What is wrong with the graph. */
export const graphFault = signal('')

/** A visitor's backbone with the head behind it; undefined: the head alone is drawn. */
export const joint = signal<Built | undefined>(undefined)

/** What is drawn: nothing for the overview, a part, and the loop in it. */
export const place = signal<readonly string[]>([])

effect(() => {
  const now = chosen.value
  if (!('loss' in now)) return
  try {
    const next = build(now.loss, graphChoice.value, { dimension, classes })
    batch(() => {
      built.value = next
      joint.value = undefined
      graphFault.value = ''
      place.value = []
    })
  } catch (error) {
    graphFault.value = messageOf(error)
  }
})

/** What the page is doing, or what went wrong. */
export const status = signal('Reading the pictures …')

/** Whether steps are being made. */
export const running = signal(false)

/** The learning rate of the next steps. */
export const learningRate = signal<number>(startingRates.sgd)

/** Every step of the present run. */
export const history = signal<readonly StepRecord[]>([])

/** Share of right neighbours before the first step. */
export const before = signal<number | undefined>(undefined)

/** The present run. */
export const training = signal<Training | undefined>(undefined)

/** The picture whose neighbours are shown. */
export const query = signal<number>(lookedUpRows[0] ?? 0)

let features: Promise<Features> | undefined
let stopping = new AbortController()

/** A run of the loss and the optimiser as they are set now, ready for its first step. */
const begin = async (): Promise<void> => {
  const now = chosen.value
  if (!('loss' in now)) return
  status.value = 'Reading the pictures …'
  features ??= loadFeatures(sheetUrl)
  const described = await features
  status.value = 'Starting ONNX Runtime …'
  const ort = await loadRuntime()
  const { subCenters } = graphChoice.value
  const choice = { ...graphChoice.value, kind: 'training-step' } as const
  const { bytes } = build(now.loss, choice, { dimension, classes })
  const next = await Training.create(ort, bytes, described, subCenters)
  const { rank1 } = next.start
  await training.value?.dispose()
  batch(() => {
    training.value = next
    history.value = []
    before.value = rank1
  })
}

/** Starts anew; errors are told in the status. */
export const restart = (): Promise<void> => {
  stop()
  return attempt(begin)
}

/** One thing after another: a run that starts while steps are made waits for their end. */
let last: Promise<void> = Promise.resolve()

const attempt = (work: () => Promise<void>): Promise<void> => {
  last = last.then(async () => {
    try {
      await work()
      status.value = ''
    } catch (error) {
      status.value = messageOf(error)
    }
  })
  return last
}

/** Lets the browser draw before the next step. */
const breathe = (): Promise<void> =>
  new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))

/** Makes steps until their number is reached or {@link stop} is called. */
export const run = (steps: number): Promise<void> => {
  stopping = new AbortController()
  const { signal: ended } = stopping
  running.value = true
  return attempt(async () => {
    try {
      for (let i = 0; i < steps && !ended.aborted; i++) {
        const now = training.value
        if (now === undefined) return
        const record = await now.step(learningRate.value)
        if (!Number.isFinite(record.loss)) throw new Error('The loss is not finite any more.')
        history.value = [...history.value, record]
        await breathe()
      }
    } finally {
      running.value = false
    }
  })
}

/** Ends the run after the present step. */
export const stop = (): void => stopping.abort()

// Another loss or another optimiser is another run.
const runKey = computed(() => {
  const now = chosen.value
  const { optimizer, subCenters, keepLogits } = graphChoice.value
  return 'loss' in now ? JSON.stringify([now.loss, optimizer, subCenters, keepLogits]) : undefined
})
effect(() => {
  if (runKey.value !== undefined) restart()
})

/** The trained projection with its class weights, ready for use. */
export const trainedClassifier = async (): Promise<Uint8Array | undefined> => {
  const now = training.value
  if (now === undefined) return undefined
  return toClassifier(now.projection.toModel(), {
    embedding: 'embedding',
    classWeights: await now.classWeights(),
    dimension,
    subCenters: graphChoice.value.subCenters,
    topK: 5,
  })
}

/** A visitor's backbone. */
export const backbone = signal<Backbone | undefined>(undefined)

/** What came of it, or what is wrong with it. */
export const backboneStatus = signal('')

/** Reads a model. */
export const takeBackbone = (title: string, bytes: Uint8Array): void => {
  try {
    backbone.value = readBackbone(title, bytes)
    backboneStatus.value = ''
  } catch (error) {
    backboneStatus.value = `${title}: ${messageOf(error)}`
  }
}

/** What the head behind the backbone is made for. */
export interface Attachment {
  readonly embedding: string
  readonly dimension: number
  readonly classes: number
}

/** Puts the head behind the backbone, draws both, and lets ONNX Runtime load them. */
export const attach = async ({ embedding, ...sizes }: Attachment): Promise<void> => {
  const now = chosen.value
  const model = backbone.value
  if (!('loss' in now) || model === undefined) return
  try {
    const head = build(now.loss, graphChoice.value, sizes).bytes
    const bytes = attachHead(model.bytes, { embedding, head })
    batch(() => {
      joint.value = { bytes, model: decodeModel(bytes) }
      place.value = []
      backboneStatus.value = 'ONNX Runtime is loading it …'
    })
    const ort = await loadRuntime()
    const session = await ort.InferenceSession.create(bytes)
    const [inputs, outputs] = [session.inputNames.join(', '), session.outputNames.join(', ')]
    await session.release()
    backboneStatus.value = `ONNX Runtime has loaded it. Inputs: ${inputs}. Outputs: ${outputs}.`
  } catch (error) {
    const known = error instanceof ModelError ? '' : 'ONNX Runtime: '
    backboneStatus.value = `${known}${messageOf(error)}`
  }
}
