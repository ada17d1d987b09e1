/** `npm run bench:mpi`: how a head scales over processes, and what a network would make of it. */
import { writeFileSync } from 'node:fs'
import { freemem } from 'node:os'
import { resolve } from 'node:path'
import { readFlags, readInteger, refuse, runCommand } from '../../../scripts/command.js'
import { describeMachine } from '../machine.js'
import { createProgress } from '../progress.js'
import { parseShape, type Shape, shapeNames } from '../shapes.js'
import { createJobs } from './job.js'
import { measure } from './plan.js'
import { report } from './report.js'

const help = `Times steps of @arcmargin/mpi's ShardedHead on one and two processes of this machine, and its collectives.

Usage: npm run bench:mpi -- [options]

  --shape S3           ${shapeNames.join(', ')}, or NxDxC (default: S3)
  --memory 20          also as many classes as fit into that many GB with their momentum (default: 0, not)
  --repetitions 5      steps of each, after one to warm up (default: 5)
  --json FILE          write what was measured
  --help               this text`

const flags = {
  shape: { type: 'string', default: 'S3' },
  memory: { type: 'string', default: '0' },
  repetitions: { type: 'string', default: '5' },
  json: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

interface Options {
  readonly shape: Shape
  readonly memory: number
  readonly repetitions: number
  readonly json: string | undefined
}

const readOptions = (args: readonly string[]): Options | 'help' => {
  const { shape: name, memory, repetitions, json, help: asked } = readFlags(args, flags)
  if (asked) return 'help'
  const shape = parseShape(name)
  if (!shape || shape.subCenters > 1 || shape.classes < 2) {
    return refuse('shape', name, `${shapeNames.join(', ')}, NxDxC with 2 classes or more`)
  }
  const free = Math.floor(freemem() / 1e9)
  const gigabytes = Number(memory)
  if (!(gigabytes >= 0 && gigabytes <= free)) {
    return refuse('memory', memory, `0 to ${free} GB, which are free here`)
  }
  const count = readInteger('repetitions', repetitions, 1, 1000)
  return { shape, memory: gigabytes, repetitions: count, json }
}

const run = async (options: Options, signal: AbortSignal): Promise<number> => {
  const machine = describeMachine()
  const progress = createProgress(process.stderr)
  const jobs = await createJobs(signal)
  try {
    const measured = await measure(jobs, options.shape, options, progress.update)
    progress.stop()
    console.log(report(measured, machine()))
    if (options.json === undefined) return 0
    const path = resolve(process.env['INIT_CWD'] ?? '.', options.json)
    writeFileSync(path, `${JSON.stringify({ machine: machine(), ...measured }, null, 2)}\n`)
    console.log(`wrote ${path}`)
    return 0
  } finally {
    progress.stop()
    jobs.close()
  }
}

await runCommand({ name: 'npm run bench:mpi', help, readOptions, run })
