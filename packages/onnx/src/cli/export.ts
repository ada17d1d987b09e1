import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Loss, ParameterError } from '@arcmargin/core'
import { type Command, Option } from 'commander'
import { exportGradients } from '../export/gradients.js'
import { exportLogits } from '../export/logits.js'
import { exportLoss } from '../export/loss.js'
import type { ExportedModel } from '../export/model.js'
import { exportTrainingStep } from '../export/training-step.js'
import { factoryOf, lossNames } from './losses.js'
import { given, numeric, setting } from './numbers.js'
import { addOptimizer, dashed, type OptimizerFlags, optimizerOf } from './optimizer.js'
import { readWeights } from './weights.js'

const kinds = ['logits', 'loss', 'gradients', 'training-step'] as const

interface ExportFlags extends OptimizerFlags {
  readonly kind: (typeof kinds)[number]
  readonly dimension?: number
  readonly classes?: number
  readonly subCenters?: number
  readonly topK?: number
  readonly weights?: string
  readonly weightType?: 'float32' | 'float16'
  readonly blockSize?: number
  readonly reduction?: 'mean' | 'sum'
  readonly accuracy?: boolean
  readonly sampleWeights?: boolean
  readonly pastPi?: string
  readonly gradient?: string
  readonly out: string
}

/** The kinds that take an option, for options that not all of them take. */
const takers = (option: string): readonly string[] => {
  if (option === 'topK') return ['logits']
  if (option.startsWith('optimizer')) return ['training-step']
  const ofLoss = ['blockSize', 'reduction', 'accuracy', 'sampleWeights'].includes(option)
  return ofLoss ? kinds.filter((kind) => kind !== 'logits') : kinds
}

/** Refuses options that would have no effect on what is exported. */
const checkKind = (command: Command, kind: ExportFlags['kind']): void => {
  const odd = Object.keys(command.opts()).find(
    (name) => command.getOptionValueSource(name) === 'cli' && !takers(name).includes(kind),
  )
  if (odd === undefined) return
  const allowed = takers(odd).join(', ')
  command.error(`error: ${kind} has no --${dashed(odd)}; it goes with --kind ${allowed}`)
}

const build = (command: Command, loss: Loss, flags: ExportFlags): ExportedModel => {
  const { kind, classes, subCenters, weightType, topK, blockSize, reduction } = flags
  const file = flags.weights === undefined ? undefined : readWeights(flags.weights)
  const { dimension = file?.dimension } = flags
  if (dimension === undefined) {
    const allowed = 'a whole number, or --weights with a .npy file'
    throw new ParameterError('is missing', { argument: '--dimension', allowed })
  }
  const base = { dimension, ...given({ classes, subCenters, weightType, ...file }) }
  if (kind === 'logits') return exportLogits(loss, { ...base, ...given({ topK }) })
  const { accuracy, sampleWeights } = flags
  const options = { ...base, ...given({ blockSize, reduction, accuracy, sampleWeights }) }
  if (kind === 'loss') return exportLoss(loss, options)
  if (kind === 'gradients') return exportGradients(loss, options)
  return exportTrainingStep(loss, { ...options, optimizer: optimizerOf(command, flags) })
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
    .addOption(
      new Option('--kind <kind>', 'what it computes').choices(kinds).default('training-step'),
    )
    .option('--dimension <D>', 'length of an embedding; a .npy of --weights tells it', numeric)
    .option('--classes <C>', 'number of classes; left out: symbolic', numeric)
    .option('--sub-centers <K>', 'class weights of each class', numeric)
    .option('--top-k <k>', 'logits: only the k best', numeric)
    .option('--weights <file>', 'class weights to put into the file: .npy, or plain float32')
    .addOption(
      new Option('--weight-type <type>', 'of the class weights').choices(['float32', 'float16']),
    )
    .option('--block-size <B>', 'classes that are worked on at a time', numeric)
    .addOption(
      new Option('--reduction <name>', 'of the rows, mean unless given').choices(['mean', 'sum']),
    )
    .option('--accuracy', 'an output with the share of rows whose best class is their own')
    .option('--sample-weights', 'an input with the share of each row in the loss')
  addOptimizer(command)
    .addOption(new Option('--gradient <mode>').choices(['exact', 'straightThrough']))
    .option('--past-pi <name>', 'what the margin does past π, where the loss has a choice')
    .requiredOption('--out <file>', 'the .onnx file to write')
  const at = args.findIndex((one) => one === '--loss' || one.startsWith('--loss='))
  const name = args[at]?.split('=')[1] ?? args[at + 1]
  const factory = args[0] === 'export' && at >= 0 && name ? factoryOf(name) : undefined
  const parameters = Object.entries(factory?.definition.parameters ?? {}).map(([key, { unit }]) => {
    const option = new Option(
      `--${dashed(key)} <value>`,
      `of the loss${unit ? `, ${unit}` : ''}; or perClass, perSample`,
    )
    command.addOption(option.argParser(setting))
    return { key, flag: option.attributeName() }
  })
  command.action((flags: ExportFlags & Readonly<Record<string, number | string>>) => {
    const { pastPi, gradient } = flags
    checkKind(command, flags.kind)
    const settings = parameters.map(({ key, flag }) => [key, flags[flag]])
    const loss = factory!(given({ ...Object.fromEntries(settings), pastPi, gradient }))
    const { bytes, externalData } = build(command, loss, flags)
    writeFileSync(flags.out, bytes)
    console.log(`${flags.out}: ${loss.definition.name}, ${flags.kind}, ${bytes.length} bytes`)
    if (externalData === undefined) return
    const beside = join(dirname(flags.out), externalData.location)
    writeFileSync(beside, externalData.data)
    console.log(`${beside}: its class weights, ${externalData.data.length} bytes`)
  })
}
