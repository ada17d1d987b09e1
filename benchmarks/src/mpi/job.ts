import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { mpirunFlags } from '../../../scripts/mpirun.mjs'
import type { Job } from './task.js'

const benchmarks = fileURLToPath(new URL('../..', import.meta.url))

/** Runs jobs of any number of processes on this machine. */
export interface Jobs {
  /** What rank 0 printed. */
  run<Result>(processes: number, job: Job): Promise<Result>
  /** Removes the program. */
  close(): void
}

/** Bundles the program, so that the processes run in a plain Node; lies where Node finds the library that calls MPI. */
export const createJobs = async (signal: AbortSignal): Promise<Jobs> => {
  const folder = join(benchmarks, `.cache/mpi-${process.pid}`)
  const program = join(folder, 'program.mjs')
  await build({
    entryPoints: [join(benchmarks, 'src/mpi/program.ts')],
    outfile: program,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@arcmargin/source'],
    external: ['koffi'],
    logLevel: 'error',
  })
  return {
    run: async <Result>(processes: number, job: Job) =>
      JSON.parse(await start(processes, program, JSON.stringify(job), signal)) as Result,
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

const start = (
  processes: number,
  program: string,
  job: string,
  signal: AbortSignal,
): Promise<string> => {
  const node = [process.execPath, program, job]
  const child = spawn('mpirun', [...mpirunFlags, '-n', `${processes}`, ...node], {
    signal,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      const isMissing = error.code === 'ENOENT'
      reject(isMissing ? new Error('mpirun is missing: npm run openmpi installs it') : error)
    })
    child.on('close', (code) => {
      if (code === 0) resolve(printed)
      else reject(new Error(`a job of ${processes} processes ended with ${code}`))
    })
  })
}
