import { arcFace, cosFace, curricularFace, type Loss, normFace } from '@arcmargin/core'
import { Command, InvalidArgumentError, Option } from 'commander'

/** What a run is told. */
export interface Options {
  readonly classes: number
  readonly dimension: number
  readonly batch: number
  readonly steps: number
  readonly loss: keyof typeof losses
  readonly margin: number
  readonly scale: number
  readonly subCenters: number
  readonly sampleRate: number
  readonly optimizer: 'sgd' | 'adamW'
  readonly learningRate: number
  readonly threads: number
  readonly noise: number
  readonly seed: number
  readonly checkpoint?: string
  readonly saveEvery: number
  readonly json?: true
}

const losses = {
  arcFace: (margin: number, scale: number): Loss => arcFace({ margin, scale }),
  cosFace: (margin: number, scale: number): Loss => cosFace({ margin, scale }),
  curricularFace: (margin: number, scale: number): Loss => curricularFace({ margin, scale }),
  normFace: (_margin: number, scale: number): Loss => normFace({ scale }),
}

/** The loss that a run trains with. */
export const lossOf = ({ loss, margin, scale }: Options): Loss => losses[loss](margin, scale)

const whole = (text: string): number => {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  throw new InvalidArgumentError('allowed: a whole number above 0')
}

const amount = (text: string): number => {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && value < Infinity) return value
  throw new InvalidArgumentError('allowed: a number, at least 0')
}

const share = (text: string): number => {
  const value = Number(text)
  if (value > 0 && value <= 1) return value
  throw new InvalidArgumentError('allowed: a number above 0, at most 1')
}

/** The command line; prints help and errors through `write` and throws commander's error where a run cannot follow. */
export const readOptions = (args: readonly string[], write: (text: string) => void): Options =>
  new Command('arcmargin-mpi-train')
    .description(
      'Trains a margin head on synthetic identities, its classes spread over the processes of mpirun.',
    )
    .option('--classes <n>', 'identities', whole, 100_000)
    .option('--dimension <n>', 'values of an embedding', whole, 128)
    .option('--batch <n>', 'rows of a step over all processes', whole, 128)
    .option('--steps <n>', 'steps to train', whole, 100)
    .addOption(new Option('--loss <name>', 'loss').choices(Object.keys(losses)).default('arcFace'))
    .option('--margin <radians>', 'margin (of CosFace: of the cosine)', amount, 0.3)
    .option('--scale <s>', 'scale', amount, 32)
    .option('--sub-centers <k>', 'sub-centers a class', whole, 1)
    .option('--sample-rate <share>', 'Partial FC: share of the classes in a step', share, 1)
    .addOption(
      new Option('--optimizer <name>', 'optimiser').choices(['sgd', 'adamW']).default('sgd'),
    )
    .option('--learning-rate <x>', 'learning rate', amount, 10)
    .option('--threads <n>', 'threads of a process', whole, 1)
    .option('--noise <x>', 'length of what a picture adds to its identity', amount, 0.5)
    .option('--seed <n>', 'seed of identities and pictures', whole, 1)
    .option('--checkpoint <folder>', 'goes on from there where there is one, and saves there')
    .option('--save-every <steps>', 'steps between checkpoints', whole, 50)
    .option('--json', 'prints the result as one line of JSON')
    .configureOutput({ writeOut: write, writeErr: write })
    .exitOverride()
    .parse(args, { from: 'user' })
    .opts<Options>()
