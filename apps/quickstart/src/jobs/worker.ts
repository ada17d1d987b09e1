import { parentPort, workerData } from 'node:worker_threads'
import { degrees } from '../evaluate.js'
import { experimentOf } from '../experiments.js'
import { prepareBackend } from '../net/backbone.js'
import { exportVerified } from '../onnx/verify.js'
import { prepareBenchmark, run, runUntrained } from '../run.js'
import type { Step } from '../train.js'
import type { Job, Progress, Reply } from './protocol.js'

/** Steps between two reports. */
const interval = 8

const say = (reply: Reply): void => parentPort?.postMessage(reply)

const progressOf = ({ step, steps, loss, targetAngles }: Step): Progress => ({
  step,
  steps,
  loss,
  ...(targetAngles.length > 0
    ? { targetAngle: degrees(targetAngles.reduce((sum, a) => sum + a, 0) / targetAngles.length) }
    : {}),
})

await prepareBackend()
const benchmark = prepareBenchmark(workerData as Uint8Array)

parentPort?.on('message', async (job: Job) => {
  if (job.kind === 'untrained') {
    say({ kind: 'untrained', recognition: runUntrained(benchmark) })
    return
  }
  const experiment = experimentOf(job.loss)
  const { outcome, trained } = run(benchmark, experiment, job, (step) => {
    if (step.step % interval === 1 || step.step === step.steps) {
      say({ kind: 'progress', progress: progressOf(step) })
    }
  })
  const { features } = benchmark.unseen
  const network = job.exported && (await exportVerified(trained, experiment, features))
  say({ kind: 'trained', outcome, ...(network ? { network } : {}) })
})
