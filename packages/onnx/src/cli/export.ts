import { writeFileSync } from 'node:fs'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { exportGradients } from '../export/gradients.js'
import { exportLogits } from '../export/logits.js'
import { exportLoss } from '../export/loss.js'
import type { ExportedModel } from '../export/model.js'
import { exportTrainingStep } from '../export/training-step.js'
import { factoryOf, lossNames } from './losses.js'

const kinds = ['logits', 'loss', 'gradients', 'training-step'] as const
const optimizers = ['sgd', 'adam', 'adamw'] as const

interface ExportFlags {
  readonly kind: (typeof kinds)[number]
  readonly dimension: number
  readonly classes?: number
  readonly subCenters?: number
  readonly topK?: number
  readonly optimizer: (typeof optimizers)[number]
  readonly out: string
}

/** A number of the command line. */
const numeric = (text: string): number => {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value))
    throw new InvalidArgumentError('allowed: a number.')
  return value
}

const build = (
  loss: Parameters<typeof exportLoss>[0],
  { kind, dimension, classes, subCenters, topK, optimizer }: ExportFlags,
): ExportedModel => {
  const sizes = {
    dimension,
    ...(classes === undefined ? {} : { classes }),
    ...(subCenters === undefined ? {} : { subCenters }),
  }
  if (kind === 'logits')
    return exportLogits(loss, { ...sizes, ...(topK === undefined ? {} : { topK }) })
  if (kind === 'loss') return exportLoss(loss, { ...sizes, accuracy: true })
  if (kind === 'gradients') return exportGradients(loss, { ...sizes, accuracy: true })
  return exportTrainingStep(loss, { ...sizes, accuracy: true, optimizer: { kind: optimizer } })
}

/** `export`: a loss as a graph. The chosen loss adds its own parameters to the options. */
export const addExport = (program: Command, args: readonly string[]): void => {
  const command = program
    .command('export')
    .description('Write a loss as an ONNX graph.')
    .requiredOption(
      '--loss <name or .json>',
      `one of ${lossNames.join(', ')}, or a file with formulas`,
    )
    .requiredOption('--dimension <D>', 'length of an embedding', numeric)
    .option('--classes <C>', 'number of classes; left out: symbolic', numeric)
    .option('--sub-centers <K>', 'class weights of each class', numeric)
    .option('--top-k <k>', 'logits: only the k best', numeric)
    .addOption(
      new Option('--kind <kind>', 'what it computes').choices(kinds).default('training-step'),
    )
    .addOption(new Option('--optimizer <name>', 'training-step').choices(optimizers).default('sgd'))
    .requiredOption('--out <file>', 'the .onnx file to write')
  const at = args.findIndex((one) => one === '--loss' || one.startsWith('--loss='))
  const name = args[at]?.split('=')[1] ?? args[at + 1]
  const factory = args[0] === 'export' && at >= 0 && name ? factoryOf(name) : undefined
  const parameters = Object.entries(factory?.definition.parameters ?? {})
  for (const [parameter, { unit }] of parameters) {
    command.option(`--${parameter} <value>`, `of the loss${unit ? `, ${unit}` : ''}`, numeric)
  }
  command.action((flags: ExportFlags & Readonly<Record<string, number>>) => {
    const chosen = parameters.flatMap(([key]) =>
      flags[key] === undefined ? [] : [[key, flags[key]]],
    )
    const loss = factory!(Object.fromEntries(chosen))
    const { bytes } = build(loss, flags)
    writeFileSync(flags.out, bytes)
    console.log(`${flags.out}: ${loss.definition.name}, ${flags.kind}, ${bytes.length} bytes`)
  })
}
