import { readFileSync, writeFileSync } from 'node:fs'
import { lossFromJson, ParameterError, print } from '@arcmargin/core'
import { resolveLoss } from '@arcmargin/core/backend'
import { pairLossFromJson } from '@arcmargin/core/pairs'
import { resolvePairLoss } from '@arcmargin/core/pairs/engine'
import { type Command, Option } from 'commander'
import { dataTypeName } from '../proto/data-type.js'
import { decodeModel } from '../proto/decode.js'
import { attachHead, toClassifier } from '../surgery/attach.js'
import { extractEmbedding } from '../surgery/extract.js'
import { tensorNamed } from '../surgery/tensor-type.js'
import { numeric } from './numbers.js'
import { readWeights } from './weights.js'

interface AttachFlags {
  readonly embedding: string
  readonly head: string
  readonly out: string
}

/** `attach`: a head behind a backbone. */
export const addAttach = (program: Command): void => {
  program
    .command('attach <backbone>')
    .description('Put an exported head behind a backbone.')
    .requiredOption('--embedding <tensor>', "the backbone's tensor that holds the embeddings")
    .requiredOption('--head <file>', 'an .onnx file that export wrote')
    .requiredOption('--out <file>', 'the .onnx file to write')
    .action((backbone: string, { embedding, head, out }: AttachFlags) => {
      const bytes = attachHead(readFileSync(backbone), { embedding, head: readFileSync(head) })
      writeFileSync(out, bytes)
      console.log(`${out}: ${bytes.length} bytes`)
    })
}

interface ClassifyFlags {
  readonly embedding: string
  readonly weights: string
  readonly dimension?: number
  readonly subCenters?: number
  readonly weightType?: 'float32' | 'float16'
  readonly topK?: number
  readonly keepOutputs: boolean
  readonly out: string
}

/** `classify`: trained class weights behind a backbone. */
export const addClassify = (program: Command): void => {
  program
    .command('classify <backbone>')
    .description('Bake trained class weights in: a classifier by cosine, for deployment.')
    .requiredOption('--embedding <tensor>', "the backbone's tensor that holds the embeddings")
    .requiredOption('--weights <file>', 'the class weights: .npy, or plain float32')
    .option('--dimension <D>', 'length of an embedding; a .npy file tells it', numeric)
    .option('--sub-centers <K>', 'class weights of each class', numeric)
    .addOption(new Option('--weight-type <type>', 'in the file').choices(['float32', 'float16']))
    .option('--top-k <k>', 'only the k best classes', numeric)
    .option('--no-keep-outputs', "leave out the backbone's own outputs")
    .requiredOption('--out <file>', 'the .onnx file to write')
    .action((backbone: string, { weights: file, out, ...flags }: ClassifyFlags) => {
      const { weights: classWeights, ...sizes } = readWeights(file)
      const { dimension, ...options } = { ...sizes, ...flags }
      if (dimension === undefined) {
        const allowed = 'a whole number, or --weights with a .npy file'
        throw new ParameterError('is missing', { argument: '--dimension', allowed })
      }
      const bytes = toClassifier(readFileSync(backbone), { ...options, classWeights, dimension })
      writeFileSync(out, bytes)
      console.log(`${out}: ${bytes.length} bytes`)
    })
}

interface ExtractFlags {
  readonly embedding: string
  readonly dimension?: number
  readonly out: string
}

/** `extract`: a model up to one of its tensors. */
export const addExtract = (program: Command): void => {
  program
    .command('extract <model>')
    .description('Cut a model at a tensor: take a head off and leave the backbone.')
    .requiredOption('--embedding <tensor>', 'what becomes the only output')
    .option('--dimension <D>', 'its length, where the model does not tell', numeric)
    .requiredOption('--out <file>', 'the .onnx file to write')
    .action((model: string, { out, ...options }: ExtractFlags) => {
      const bytes = extractEmbedding(readFileSync(model), options)
      writeFileSync(out, bytes)
      console.log(`${out}: ${bytes.length} bytes`)
    })
}

/** What `inspect` prints of a file. */
const report = (bytes: Uint8Array): string => {
  const { graph, metadataProps, opsetImport, irVersion } = decodeModel(bytes)
  const line = (kind: string, name: string, about: string): string => {
    const { elementType = 0, shape = [] } = tensorNamed(graph, name)
    const type = `${dataTypeName(elementType)} [${shape.map((size) => size ?? '?').join(', ')}]`
    return `${kind.padEnd(8)}${name.padEnd(28)}${type}${about && `   ${about}`}`
  }
  const sets = opsetImport.map(({ domain, version }) => `${domain || 'ai.onnx'} ${version}`)
  const json = metadataProps.find(({ key }) => key === 'arcmargin.loss')?.value
  const lines = [
    `${graph.name}: ${graph.node.length} nodes, ${bytes.length} bytes, IR ${irVersion}, ${sets.join(', ')}`,
    ...graph.input.map(({ name, docString }) => line('input', name, docString)),
    ...graph.output.map(({ name, docString }) => line('output', name, docString)),
  ]
  if (json === undefined) return lines.join('\n')
  const { definition, parameters, formulas } = lossOf(json, metadataProps)
  const settings = `parameters ${JSON.stringify(parameters)}`
  const heading = `loss    ${definition.name} (${definition.citation})`
  const printed = Object.entries(formulas).flatMap(([name, formula]) =>
    formula ? [`${name.padEnd(9)}${print(formula)}`] : [],
  )
  return [...lines, heading, settings, ...printed].join('\n')
}

type Metadata = ReturnType<typeof decodeModel>['metadataProps']

/** The loss of a file, a margin loss or one of pairs, with its formulas by name. */
const lossOf = (json: string, metadata: Metadata) => {
  const kind = metadata.find(({ key }) => key === 'arcmargin.kind')?.value ?? ''
  if (!kind.startsWith('pair-')) {
    const loss = lossFromJson(json)
    const { target, other } = resolveLoss(loss)
    return { ...loss, formulas: { target, other } }
  }
  const loss = pairLossFromJson(json)
  const { positive, negative, term } = resolvePairLoss(loss)
  const ofPairs = loss.definition.over === 'pairs'
  const formulas = { positive: positive.value, negative: negative?.value }
  return { ...loss, formulas: ofPairs ? formulas : { ...formulas, term } }
}

/** `inspect`: what is in a file. */
export const addInspect = (program: Command): void => {
  program
    .command('inspect <file>')
    .description('Print inputs, outputs, formulas and size of a model.')
    .action((file: string) => console.log(report(readFileSync(file))))
}
