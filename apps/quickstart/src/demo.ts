import { resolve } from 'node:path'
import { experimentOf } from './experiments.js'
import { type Gate, measureGates } from './gates.js'
import { type JobResults, runJobs } from './jobs/pool.js'
import type { Job } from './jobs/protocol.js'
import { verification } from './onnx/verify.js'
import type { Options } from './options.js'
import { cacheFolder, reportFolder } from './paths.js'
import { loadSheet } from './pictures/sheet.js'
import { createProgress } from './progress.js'
import { writeReport } from './report/write.js'
import type { MetricsRow } from './rows.js'
import type { Outcome } from './run.js'
import { gateTable, notes, resultTable } from './table.js'

/** Where the command was typed; npm itself runs it in the folder of the app. */
const callersFolder = process.env['INIT_CWD'] ?? process.cwd()

/**
 * Draws the pictures, trains, measures, writes the report and prints the table.
 *
 * @returns the exit code: 1 where `--check` found a failing gate.
 * @throws the signal's reason when interrupted, with nothing half-written.
 */
export const demo = async (options: Options, signal: AbortSignal): Promise<number> => {
  const started = performance.now()
  const jobs = jobsOf(options)
  const progress = createProgress(process.stderr, jobs.length, options.workers, options.json)
  try {
    const sheet = await loadSheet(cacheFolder, progress.onSheet, signal)
    const results = await runJobs(sheet, jobs, options.workers, progress, signal)
    progress.stop()
    const outcomes = inTableOrder(results.outcomes, options)
    const rows = outcomes.map(({ row }) => row)
    const gates = measureGates(rows)
    const folder = options.out === undefined ? reportFolder : resolve(callersFolder, options.out)
    const seconds = (performance.now() - started) / 1000
    process.stdout.write(options.json ? asJson(rows) : asText(rows, gates, results))
    await writeReport(folder, { ...results, outcomes, options, gates, seconds }, signal)
    process.stderr.write(`${Math.round(seconds)} s in all. Report: ${folder}/index.html\n`)
    return options.check && gates.some(({ passed }) => !passed) ? 1 : 0
  } finally {
    progress.stop()
  }
}

/** Runs with sub-centers take longest and go first: two threads then end at about the same time. */
const jobsOf = ({ seeds, losses, epochs }: Options): Job[] => {
  const shown = losses.includes('arcface') ? 'arcface' : losses[0]
  const training = seeds.flatMap((seed) =>
    losses.map((loss): Job => {
      const exported = loss === shown && seed === seeds[0]
      return { kind: 'training', loss, seed, epochs, exported }
    }),
  )
  const centers = (job: Job): number =>
    job.kind === 'training' ? experimentOf(job.loss).subCenters : 0
  training.sort((a, b) => centers(b) - centers(a))
  return [...training, { kind: 'untrained' }]
}

const inTableOrder = (outcomes: readonly Outcome[], { losses }: Options): Outcome[] =>
  [...outcomes].sort(
    ({ row: a }, { row: b }) => losses.indexOf(a.loss) - losses.indexOf(b.loss) || a.seed - b.seed,
  )

const asJson = (rows: readonly MetricsRow[]): string => `${JSON.stringify(rows, undefined, 2)}\n`

const asText = (
  rows: readonly MetricsRow[],
  gates: readonly Gate[],
  { untrained, network }: JobResults,
): string => {
  const parts = [resultTable(rows, untrained), notes.join('\n')]
  if (gates.length > 0) parts.push(gateTable(gates))
  if (network) parts.push(verification(network))
  return `\n${parts.join('\n\n')}\n\n`
}
