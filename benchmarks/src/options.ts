import { readFlags, readInteger, readList, refuse, UsageError } from '../../scripts/command.js'
import { type DataKind, dataKinds } from './data/write.js'
import { type Engine, engines } from './engines/all.js'
import { parseShape, type Shape, shapeNames } from './shapes.js'
import { type Suite, suites } from './suites.js'

/** What the command line asks for. */
export interface Options {
  readonly suite: Suite
  readonly shapes: readonly Shape[]
  readonly engines: readonly Engine[]
  /** Whether the engines were named: then none is left out for being slow. */
  readonly enginesNamed: boolean
  readonly threads: readonly number[]
  readonly repetitions: number
  readonly data: DataKind
  /** Where the rows go; undefined: nowhere. */
  readonly json: string | undefined
  /** Where the plot goes; undefined: `reports/bench/<suite>.svg` of the repository. */
  readonly svg: string | undefined
}

const suiteNames = suites.map(({ name }) => name)
const engineNames = engines.map(({ name }) => name)
const defaultRepetitions = 7

const list = (entries: readonly { readonly name: string; readonly about: string }[]): string =>
  entries.map(({ name, about }) => `    ${name.padEnd(23)} ${about}`).join('\n')

export const help: string = `Measures one training-head step (ArcFace: loss, dx and dW) by several engines side by side.
Each engine is a process of its own; their turns alternate. Read ratios, not times.

Usage: npm run bench -- [options]

  --suite NAME         (default ${suiteNames[0]})
${list(suites)}
  --shape S1,S2,…      ${shapeNames.join(', ')}, or NxDxC, or NxDxCxK (default: ${suites[0]?.shapes.map(({ name }) => name).join(',')})
  --engine NAME,…      (default: all of the suite; slow ones only on shapes up to a few GFLOP)
${list(engines)}
  --threads 1,2        numbers of threads, for engines that have them (default: 1,2)
  --repetitions N      turns of each engine, 1 to 1000 (default ${defaultRepetitions}; slow engines get 3 or more)
  --data KIND          random: nothing is learned yet (default); trained: a loss near 1e-9
  --json FILE          write { machine, versions, rows, … }
  --svg FILE           write the plot there (default: reports/bench/SUITE.svg)
  --help               this text

Exit: 0 done, 1 an engine failed, 2 wrong option, 130 interrupted.`

const flags = {
  suite: { type: 'string' },
  shape: { type: 'string', multiple: true },
  engine: { type: 'string', multiple: true },
  threads: { type: 'string', multiple: true },
  repetitions: { type: 'string' },
  data: { type: 'string' },
  json: { type: 'string' },
  svg: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

/**
 * Reads the command line.
 *
 * @returns `'help'` if that is what was asked for.
 * @throws UsageError saying what is allowed.
 */
export const readOptions = (args: readonly string[]): Options | 'help' => {
  const values = readFlags(args, flags)
  if (values.help) return 'help'
  const suite = readSuite(values.suite ?? suiteNames[0] ?? '')
  const named = readList(values.engine)?.map(readEngine)
  return {
    suite,
    shapes: readShapes(suite, readList(values.shape)),
    engines: engines.filter(
      (engine) => named?.includes(engine) ?? suite.engines.includes(engine.name),
    ),
    enginesNamed: named !== undefined,
    threads: (readList(values.threads) ?? ['1', '2']).map((text) =>
      readInteger('threads', text, 1, 2),
    ),
    repetitions: readInteger('repetitions', values.repetitions ?? `${defaultRepetitions}`, 1, 1000),
    data: readData(values.data ?? 'random'),
    json: values.json,
    svg: values.svg,
  }
}

const readSuite = (name: string): Suite => {
  return suites.find((suite) => suite.name === name) ?? refuse('suite', name, suiteNames.join(', '))
}

const readEngine = (name: string): Engine =>
  engines.find((engine) => engine.name === name) ?? refuse('engine', name, engineNames.join(', '))

const readShapes = (suite: Suite, given: readonly string[] | undefined): readonly Shape[] => {
  if (given === undefined) return suite.shapes
  if (suite.sweep) {
    throw new UsageError(`--shape does not go with --suite ${suite.name}, which has its own`)
  }
  const allowed = `${shapeNames.join(', ')}, NxDxC, NxDxCxK`
  return given.map((text) => parseShape(text) ?? refuse('shape', text, allowed))
}

const readData = (text: string): DataKind =>
  dataKinds.find((kind) => kind === text) ?? refuse('data', text, dataKinds.join(', '))
