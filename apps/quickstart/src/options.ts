import { availableParallelism } from 'node:os'
import { readFlags, readInteger, readList, refuse, UsageError } from '../../../scripts/command.js'
import { type Experiment, experiments, isPairLoss } from './experiments.js'
import { gateLosses, gateSeeds } from './gates.js'

/** What the command line asks for. */
export interface Options {
  /** Keys of the experiments, in the order of the table. */
  readonly losses: readonly string[]
  readonly seeds: readonly number[]
  readonly epochs: number
  readonly workers: number
  /** Folder of the report; undefined: `reports/demo` of the repository. */
  readonly out: string | undefined
  readonly json: boolean
  readonly check: boolean
}

const fullEpochs = 12
const quick = { losses: ['softmax', 'arcface'], epochs: 3 }
const keys = experiments.map(({ key }) => key)
const keysOf = (wanted: (experiment: Experiment) => boolean): string =>
  experiments
    .filter(wanted)
    .map(({ key }) => key)
    .join(', ')

export const help: string = `Trains a small net on emoji by seven vendors with one loss after the other, and tests it on
emoji that it never saw. Writes reports/demo/: index.html, metrics.json, LICENCES.md, and
one trained net as embedding.onnx.

Usage: npm run demo -- [options]

  --loss KEY     train only this loss; may be repeated or a comma list. One of
                 ${keysOf(({ loss, wrongLabels }) => !isPairLoss(loss) && wrongLabels === 0)},
                 ${keysOf(({ loss }) => isPairLoss(loss))},
                 ${keysOf(({ wrongLabels }) => wrongLabels > 0)}
                 (default: softmax to arcface, and -noisy: 25 % wrong labels; the second
                 line is of pairs)
  --seeds N      train each loss from N seeds (1 to 100, default 1); from ${gateSeeds} on the
                 gates are measured
  --seed FIRST   the first seed (0 to 1000000, default 0)
  --epochs N     epochs of training (1 to 200, default ${fullEpochs})
  --quick        smoke run: ${quick.losses.join(' and ')}, ${quick.epochs} epochs
  --workers N    threads (1 to 64, default: one per core, at most 8)
  --out FOLDER   where the report goes (default: reports/demo)
  --json         print the rows of metrics.json on standard output, and nothing else there
  --check        exit with 1 if a gate fails; needs ${gateSeeds} seeds, ${fullEpochs} epochs and the gates' losses
  --help         this text

Exit: 0 done, 1 failed, 2 wrong option, 130 interrupted (nothing is left half-written).`

const flags = {
  loss: { type: 'string', multiple: true },
  seeds: { type: 'string' },
  seed: { type: 'string' },
  epochs: { type: 'string' },
  workers: { type: 'string' },
  out: { type: 'string' },
  quick: { type: 'boolean' },
  json: { type: 'boolean' },
  check: { type: 'boolean' },
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
  const losses = readLosses(values.loss) ?? (values.quick ? quick.losses : defaultLosses())
  const whole = (name: 'seed' | 'seeds' | 'epochs' | 'workers', least: number, most: number) => {
    const text = values[name]
    return text === undefined ? undefined : readInteger(name, text, least, most)
  }
  const first = whole('seed', 0, 1_000_000) ?? 0
  const count = whole('seeds', 1, 100) ?? 1
  const epochs = whole('epochs', 1, 200)
  const workers = whole('workers', 1, 64)
  const options: Options = {
    losses: keys.filter((key) => losses.includes(key)),
    seeds: Array.from({ length: count }, (_, i) => first + i),
    epochs: epochs ?? (values.quick ? quick.epochs : fullEpochs),
    workers: workers ?? Math.min(8, availableParallelism()),
    out: values.out,
    json: values.json ?? false,
    check: values.check ?? false,
  }
  if (options.check) refuseIncomplete(options)
  return options
}

const defaultLosses = (): string[] =>
  experiments.filter(({ byDefault }) => byDefault).map(({ key }) => key)

const readLosses = (given: readonly string[] | undefined): string[] | undefined =>
  readList(given)?.map((text) => {
    const key = text.toLowerCase()
    return keys.includes(key) ? key : refuse('loss', key, keys.join(', '))
  })

/** Gates judge complete runs only: a gate that was not measured must not look like one that holds. */
const refuseIncomplete = ({ losses, seeds, epochs }: Options): void => {
  const missing = gateLosses.filter((loss) => !losses.includes(loss))
  if (missing.length === 0 && seeds.length >= gateSeeds && epochs >= fullEpochs) return
  throw new UsageError(
    `--check cannot judge this run; allowed: --seeds ${gateSeeds} or more, --epochs ${fullEpochs} ` +
      `or more, and the losses ${gateLosses.join(', ')}`,
  )
}
