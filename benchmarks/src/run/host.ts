/** The process of one engine that runs in Node: `node host.mjs <engine> <task as JSON>`. See `protocol.ts`. */
import { writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { classWeightsGradientFile, embeddingsGradientFile } from '../data/files.js'
import type { Prepare, RunningEngine } from '../engines/engine.js'
import type { Command, Finished, Ready, Turn } from './protocol.js'
import { cpuMs, peakMb } from './usage.js'

const programs: Readonly<Record<string, () => Promise<{ prepare: Prepare }>>> = {
  'arcmargin-tfjs-cpu': () => import('../engines/arcmargin-tfjs-cpu.js'),
  'arcmargin-tfjs-wasm': () => import('../engines/arcmargin-tfjs-wasm.js'),
  'arcmargin-tfjs-wasm-general': () => import('../engines/arcmargin-tfjs-wasm-general.js'),
  'arcmargin-tfjs-webgl': () => import('../engines/arcmargin-tfjs-webgl.js'),
  'arcmargin-tfjs-webgpu': () => import('../engines/arcmargin-tfjs-webgpu.js'),
  core: () => import('../engines/core.js'),
  reference: () => import('../engines/reference.js'),
  'onnxruntime-node': () => import('../engines/onnxruntime-node.js'),
  'onnxruntime-node-naive': () => import('../engines/onnxruntime-node-naive.js'),
  'onnxruntime-web': () => import('../engines/onnxruntime-web.js'),
  'onnxruntime-web-naive': () => import('../engines/onnxruntime-web-naive.js'),
  'tfjs-cpu': () => import('../engines/tfjs-cpu.js'),
  'tfjs-cpu-autograd': () => import('../engines/tfjs-cpu-autograd.js'),
  'tfjs-wasm': () => import('../engines/tfjs-wasm.js'),
  'tfjs-wasm-autograd': () => import('../engines/tfjs-wasm-autograd.js'),
  'tfjs-webgl': () => import('../engines/tfjs-webgl.js'),
  'tfjs-webgpu': () => import('../engines/tfjs-webgpu.js'),
  wasm: () => import('../engines/wasm.js'),
  'webgpu-backward': () => import('../engines/webgpu-backward.js'),
  'webgpu-recomputed': () => import('../engines/webgpu-recomputed.js'),
  'webgpu-step': () => import('../engines/webgpu-step.js'),
}

const takeTurn = async (engine: RunningEngine, steps: number): Promise<Turn> => {
  const cpu = cpuMs()
  const wall = performance.now()
  let loss = Number.NaN
  for (let step = 0; step < steps; step++) loss = await engine.step()
  const wallMs = (performance.now() - wall) / steps
  return { wallMs, cpuMs: (cpuMs() - cpu) / steps, loss }
}

const finish = async (engine: RunningEngine, folder: string): Promise<Finished> => {
  // Reading the gradients out may take memory that a step does not.
  const peak = { peakMb: peakMb(), ...(engine.gpuMb ? { gpuMb: engine.gpuMb() } : {}) }
  const { embeddings, classWeights, ...rest } = await engine.gradients()
  writeFileSync(embeddingsGradientFile(folder), embeddings)
  writeFileSync(classWeightsGradientFile(folder), classWeights)
  await engine.close?.()
  return { ...peak, ...rest }
}

const [name = '', task = ''] = process.argv.slice(2)
const channel = new Socket({ fd: 3, readable: true, writable: true })
const reply = (message: Ready | Turn | Finished): void => {
  channel.write(`${JSON.stringify(message)}\n`)
}

const program = programs[name]
if (!program) throw new Error(`unknown engine “${name}”`)
const { prepare } = await program()
const engine = await prepare(JSON.parse(task))
reply({ versions: engine.versions })
for await (const line of createInterface({ input: channel })) {
  const message = JSON.parse(line) as Command
  reply(
    message.command === 'step'
      ? await takeTurn(engine, message.steps)
      : await finish(engine, message.folder),
  )
}
process.exit() // The command has ended, and threads of a library must not outlive it.
