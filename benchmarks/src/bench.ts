import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeMachine } from './machine.js'
import type { Options } from './options.js'
import { createProgress } from './progress.js'
import { jsonReport } from './report/json.js'
import { drawResults } from './report/plot.js'
import type { Results } from './report/results.js'
import { curveTable, shapeTables, sweepTable, targetTable } from './report/table.js'
import { footer, header } from './report/text.js'
import { createRoofline } from './roofline/roofs.js'
import { bundleHost } from './run/bundle.js'
import type { Absence, Contender, Measurement } from './run/contender.js'
import { measureShape } from './run/measure.js'
import { gigaflops, type Shape } from './shapes.js'

/** Runs a suite, prints its tables and writes its files. Returns the exit code. */
export const bench = async (options: Options, signal: AbortSignal): Promise<number> => {
  const results = await measureAll(options, signal)
  const tables = results.suite.sweep
    ? [sweepTable(results)]
    : [
        shapeTables(results),
        ...(results.suite.curve ? [curveTable(results)] : []),
        targetTable(results),
      ]
  const parts = [header(results), ...tables, footer(results)]
  console.log(parts.filter((part) => part !== '').join('\n\n'))
  const plot = options.svg ?? inRepository(`reports/bench/${options.suite.name}.svg`)
  write(plot, drawResults(results))
  if (options.json !== undefined) {
    write(options.json, `${JSON.stringify(jsonReport(results), null, 2)}\n`)
  }
  return results.absences.some(({ failed }) => failed) ? 1 : 0
}

const inRepository = (path: string): string =>
  fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** npm runs this in the workspace; a relative path is the caller's. */
const write = (path: string, text: string): void => {
  const absolute = resolve(process.env['INIT_CWD'] ?? '.', path)
  mkdirSync(dirname(absolute), { recursive: true })
  writeFileSync(absolute, text)
  console.log(`wrote ${absolute}`)
}

const measureAll = async (options: Options, signal: AbortSignal): Promise<Results> => {
  const { suite, shapes, data, repetitions } = options
  const machine = describeMachine()
  const progress = createProgress(process.stderr)
  const host = await bundleHost()
  const measurements: Measurement[] = []
  const absences: Absence[] = []
  let versions: Record<string, string> = { node: process.versions.node, v8: process.versions.v8 }
  try {
    const roofline = await createRoofline(new Set(options.engines.map(({ roof }) => roof)))
    for (const [index, shape] of shapes.entries()) {
      const { present, absent } = contendersOf(shape, options)
      const result = await measureShape(shape, present, {
        ...{ data, repetitions, host: host.path, roofline, signal },
        onProgress: (what, share) =>
          progress.update(`${shape.name}: ${what}`, (index + share) / shapes.length),
      })
      measurements.push(...result.measurements)
      absences.push(...absent, ...result.absences)
      versions = { ...versions, ...result.versions }
    }
    return {
      ...{ suite, data, versions, measurements, absences },
      machine: machine(),
      roofs: roofline.best,
    }
  } finally {
    progress.stop()
    host.remove()
  }
}

/** Who takes part on a shape, and who does not. */
const contendersOf = (
  shape: Shape,
  { engines, enginesNamed, threads }: Options,
): { present: Contender[]; absent: Absence[] } => {
  const reasonAgainst = ({ subCenters, upTo }: Contender['engine']): string | undefined => {
    if (shape.subCenters > 1 && !subCenters) return 'has no sub-centers'
    if (gigaflops(shape) > upTo && !enginesNamed) return 'takes long here; --engine asks for it'
    return undefined
  }
  const all = engines.flatMap((engine) =>
    engine.threads
      .filter((count) => threads.includes(count) || engine.threads.length === 1)
      .map((count): Contender => ({ engine, threads: count })),
  )
  return {
    present: all.filter(({ engine }) => reasonAgainst(engine) === undefined),
    absent: all.flatMap(({ engine, threads }) => {
      const reason = reasonAgainst(engine)
      return reason === undefined ? [] : [{ engine, threads, shape, reason, failed: false }]
    }),
  }
}
