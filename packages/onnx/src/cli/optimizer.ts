import { type Command, Option } from 'commander'
import type { Optimizer } from '../export/options.js'
import { numeric } from './numbers.js'

const kinds = ['sgd', 'adam', 'adamw'] as const

/** What the command line says of the optimiser. */
export interface OptimizerFlags {
  readonly optimizer: (typeof kinds)[number]
  readonly optimizerMomentum?: number
  readonly optimizerNesterov?: boolean
  readonly optimizerWeightDecay?: number
  readonly optimizerBeta1?: number
  readonly optimizerBeta2?: number
  readonly optimizerEpsilon?: number
}

/** Settings by the word that stands after `--optimizer-`, and the optimisers that have them. */
const settings = {
  momentum: ['sgd'],
  nesterov: ['sgd'],
  weightDecay: kinds,
  beta1: ['adam', 'adamw'],
  beta2: ['adam', 'adamw'],
  epsilon: ['adam', 'adamw'],
} as const

/** Adds the options of the optimisers; a prefix keeps them apart from the losses' own. */
export const addOptimizer = (command: Command): Command =>
  command
    .addOption(new Option('--optimizer <name>', 'training-step').choices(kinds).default('sgd'))
    .option('--optimizer-momentum <value>', 'sgd: 0 to below 1', numeric)
    .option('--optimizer-nesterov', 'sgd: look ahead; needs momentum')
    .option('--optimizer-weight-decay <value>', 'all: 0 unless given, adamw 0.01', numeric)
    .option('--optimizer-beta1 <value>', 'adam, adamw: 0.9 unless given', numeric)
    .option('--optimizer-beta2 <value>', 'adam, adamw: 0.999 unless given', numeric)
    .option('--optimizer-epsilon <value>', 'adam, adamw: 1e-8 unless given', numeric)

/** The optimiser that was asked for. */
export const optimizerOf = (command: Command, flags: OptimizerFlags): Optimizer => {
  const { optimizer: kind } = flags
  const entries = Object.entries(settings).flatMap(([name, owners]) => {
    const key = `optimizer${name[0]?.toUpperCase()}${name.slice(1)}` as keyof OptimizerFlags
    const value = flags[key]
    if (value === undefined) return []
    if (!(owners as readonly string[]).includes(kind)) {
      const known = Object.keys(settings).filter((one) =>
        (settings[one as keyof typeof settings] as readonly string[]).includes(kind),
      )
      const words = known.map((one) => `--optimizer-${dashed(one)}`).join(', ')
      command.error(`error: ${kind} has no --optimizer-${dashed(name)}; allowed: ${words}`)
    }
    return [[name, value]]
  })
  return { kind, ...Object.fromEntries(entries) } as Optimizer
}

/** weightDecay → weight-decay. */
export const dashed = (name: string): string =>
  name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase()
