/** `npm run bench:mpi`: how a head scales over processes, and what a network would make of it. */
import { writeFileSync } from 'node:fs'
import { freemem } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { describeMachine } from '../machine.js'
import { UsageError } from '../options.js'
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

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

const readOptions = (args: readonly string[]): Options | 'help' => {
  const { shape: name, memory, repetitions, json, help: asked } = parse(args)
  if (asked) return 'help'
  const shape = parseShape(name)
  if (!shape || shape.subCenters > 1 || shape.classes < 2) {
    throw new UsageError(
      `--shape cannot be “${name}”; allowed: ${shapeNames.join(', ')}, NxDxC with 2 classes or more`,
    )
  }
  const free = Math.floor(freemem() / 1e9)
  const gigabytes = Number(memory)
  if (!(gigabytes >= 0 && gigabytes <= free)) {
    throw new UsageError(
      `--memory cannot be “${memory}”; allowed: 0 to ${free} GB, which are free here`,
    )
  }
  const count = Number(repetitions)
  if (!Number.isInteger(count) || count < 1 || count > 1000) {
    throw new UsageError(
      `--repetitions cannot be “${repetitions}”; allowed: whole numbers 1 to 1000`,
    )
  }
  return { shape, memory: gigabytes, repetitions: count, json }
}

const controller = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => controller.abort(new Error(`Interrupted by ${signal}`)))
}

const main = async (options: Options): Promise<void> => {
  const machine = describeMachine()
  const progress = createProgress(process.stderr)
  const jobs = await createJobs(controller.signal)
  try {
    const measured = await measure(jobs, options.shape, options, progress.update)
    progress.stop()
    console.log(report(measured, machine()))
    if (options.json === undefined) return
    const path = resolve(process.env['INIT_CWD'] ?? '.', options.json)
    writeFileSync(path, `${JSON.stringify({ machine: machine(), ...measured }, null, 2)}\n`)
    console.log(`wrote ${path}`)
  } finally {
    progress.stop()
    jobs.close()
  }
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') process.stdout.write(`${help}\n`)
  else await main(options)
} catch (error) {
  if (controller.signal.aborted) {
    process.stderr.write('Interrupted; nothing was written.\n')
    process.exitCode = 130
  } else if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\nSee npm run bench:mpi -- --help\n`)
    process.exitCode = 2
  } else {
    throw error
  }
}
