import { type SpawnSyncReturns, spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { mpirunFlags } from '../../../scripts/mpirun.mjs'

/** How a job ended, with what it printed. */
export type Ended = Pick<SpawnSyncReturns<string>, 'status' | 'stdout' | 'stderr'>

const root = fileURLToPath(new URL('..', import.meta.url))
const bundles = join(root, 'node_modules/.cache/programs')
const bundled = new Map<string, Promise<string>>()

/** A program of test/programs as one file of JavaScript, made once: processes then start without a compiler. */
const bundle = (program: string): Promise<string> => {
  const outfile = join(bundles, `${program}-${process.pid}.mjs`)
  const made = build({
    entryPoints: [join(root, 'test/programs', `${program}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@arcmargin/source'],
    external: ['koffi'],
  }).then(() => outfile)
  bundled.set(program, made)
  return made
}

/**
 * Runs a program of test/programs as a job.
 *
 * @throws Error naming the command that installs Open MPI where it is missing.
 */
export const mpirun = async (
  processes: number,
  program: string,
  ...args: string[]
): Promise<Ended> => {
  const file = await (bundled.get(program) ?? bundle(program))
  const node = [process.execPath, '--enable-source-maps', file]
  const child = spawn('mpirun', [...mpirunFlags, '-n', String(processes), ...node, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      ended[stream] += text
    })
  }
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      const isMissing = error.code === 'ENOENT'
      reject(isMissing ? new Error('mpirun is missing: npm run openmpi installs it') : error)
    })
    child.on('close', (status) => resolve({ status, ...ended }))
  })
}

/** Runs a program that ends in order and prints one line of JSON from rank 0. */
export const answerOf = async <T>(
  processes: number,
  program: string,
  ...args: string[]
): Promise<T> => {
  const { status, stdout, stderr } = await mpirun(processes, program, ...args)
  if (status !== 0) throw new Error(`${program} ended with ${status}\n${stdout}\n${stderr}`)
  return JSON.parse(stdout) as T
}
