import { ModelError } from '../errors.js'
import { attributeTypes, dataTypeName, dataTypes } from '../proto/data-type.js'
import type { DecodedModel } from '../proto/decode.js'
import { completed } from '../proto/message.js'
import type {
  FunctionProto,
  GraphProto,
  ModelProto,
  NodeProto,
  OperatorSetIdProto,
} from '../proto/model.js'
import { liftGraph } from './lift.js'
import { namesIn } from './names.js'
import { renameGraph } from './rename.js'
import { type KnownTensor, tensorNamed } from './tensor-type.js'

/** A name that is taken in neither model, for a start. */
const freePrefix = (taken: ReadonlySet<string>): string => {
  const clashes = (prefix: string) => [...taken].some((name) => name.startsWith(prefix))
  let prefix = 'head/'
  for (let again = 2; clashes(prefix); again++) prefix = `head${again}/`
  return prefix
}

const standardVersion = ({ opsetImport }: ModelProto): number => {
  const standard = opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')
  return Number(standard?.version ?? 0)
}

/** The operator sets of both; domains other than the standard one must agree where both have them. */
const joinOperatorSets = (
  one: ModelProto,
  other: ModelProto,
  version: number,
): OperatorSetIdProto[] => {
  const sets = new Map<string, OperatorSetIdProto>()
  for (const set of [...one.opsetImport, ...other.opsetImport]) {
    const domain = set.domain === 'ai.onnx' ? '' : set.domain
    const known = sets.get(domain)
    if (domain !== '' && known && known.version !== set.version) {
      const versions = `${known.version} and ${set.version}`
      throw new ModelError(`the models use different versions of ${domain}: ${versions}`, {
        argument: 'model',
        value: versions,
      })
    }
    sets.set(domain, domain === '' ? { domain, version: BigInt(version) } : set)
  }
  return [...sets.values()]
}

const joinFunctions = (one: ModelProto, other: ModelProto): FunctionProto[] => {
  const key = ({ domain, name }: FunctionProto) => `${domain}:${name}`
  const taken = new Set(one.functions.map(key))
  const clash = other.functions.find((each) => taken.has(key(each)))
  if (clash) {
    const name = key(clash)
    throw new ModelError(`both models define the function ${name}`, {
      argument: 'model',
      value: name,
    })
  }
  return [...one.functions, ...other.functions]
}

const floats: readonly number[] = [
  dataTypes.float,
  dataTypes.float16,
  dataTypes.bfloat16,
  dataTypes.double,
]

/** Nodes that make float32 of shape [N, D] from what a backbone gives; none when it does already. */
const adapt = (
  embedding: string,
  { elementType = dataTypes.float, shape }: KnownTensor,
  prefix: string,
): { readonly nodes: readonly NodeProto[]; readonly output: string } => {
  if (!floats.includes(elementType)) {
    const value = dataTypeName(elementType)
    throw new ModelError(
      `embedding ${embedding} does not hold floats (got ${value}); allowed: float, float16, bfloat16, double`,
      { argument: 'embedding', value, allowed: 'float, float16, bfloat16, double' },
    )
  }
  const nodes: NodeProto[] = []
  let output = embedding
  const append = (opType: string, name: string, i: number, docString: string) => {
    const attribute = [{ name, type: attributeTypes.int, i: BigInt(i) }]
    const made = `${prefix}embeddings/${opType}`
    const names = { name: made, input: [output], output: [made] }
    nodes.push(completed('NodeProto', { opType, ...names, attribute, docString }))
    output = made
  }
  if (shape && shape.length > 2) append('Flatten', 'axis', 1, 'One row for each embedding.')
  if (elementType !== dataTypes.float) append('Cast', 'to', dataTypes.float, 'The head is float32.')
  return { nodes, output }
}

/** Refuses a head that was made for embeddings of another length. */
const checkDimension = (embedding: string, { shape }: KnownTensor, wanted: KnownTensor): void => {
  const expected = wanted.shape?.[1]
  const lengths = shape?.slice(1) ?? []
  if (typeof expected !== 'number' || lengths.length === 0) return
  if (!lengths.every((length) => typeof length === 'number')) return
  const value = lengths.reduce((product, length) => product * length, 1)
  if (value === expected) return
  throw new ModelError(
    `embedding ${embedding} has the wrong length (got ${value}); allowed: ${expected}, the head's`,
    { argument: 'embedding', value, allowed: String(expected) },
  )
}

/** What {@link joinHead} is told. */
export interface JoinOptions {
  /** The backbone's tensor. */
  readonly embedding: string
  /** The head's input that the tensor becomes. */
  readonly input: string
  /** Whether the backbone's outputs remain. */
  readonly keepOutputs: boolean
}

/**
 * Puts a head behind a backbone. The head's inner names get a prefix that is free; its inputs and outputs keep theirs unless the
 * backbone has them. Older operators of either are rewritten for the newer set of the two.
 */
export const joinHead = (
  backbone: DecodedModel,
  head: DecodedModel,
  { embedding, input, keepOutputs }: JoinOptions,
): DecodedModel => {
  const version = Math.max(standardVersion(backbone), standardVersion(head))
  const lifted = (model: DecodedModel): GraphProto =>
    liftGraph(model.graph, standardVersion(model), version)
  const base = lifted(backbone)
  const taken = namesIn(base)
  const prefix = freePrefix(taken)
  const known = tensorNamed(base, embedding)
  const { nodes, output } = adapt(embedding, known, prefix)
  const top = lifted(head)
  const wanted = tensorNamed(top, input)
  checkDimension(embedding, known, wanted)
  const visible = new Set([...top.input, ...top.output].map(({ name }) => name))
  const [batch, ownBatch] = [known.shape?.[0], wanted.shape?.[0]]
  const rename = (name: string): string => {
    if (name === input) return output
    return visible.has(name) && !taken.has(name) ? name : `${prefix}${name}`
  }
  const renamed = renameGraph(top, {
    value: rename,
    node: (name) => `${prefix}${name}`,
    dimension: (name) =>
      name === ownBatch && typeof batch === 'string' ? batch : `${prefix}${name}`,
  })
  const joint: GraphProto = {
    ...base,
    name: `${base.name} with ${top.name}`,
    docString: [base.docString, top.docString].filter((text) => text !== '').join('\n\n'),
    node: [...base.node, ...nodes, ...renamed.node],
    initializer: [...base.initializer, ...renamed.initializer],
    sparseInitializer: [...base.sparseInitializer, ...renamed.sparseInitializer],
    input: [...base.input, ...renamed.input.filter(({ name }) => name !== output)],
    output: [...(keepOutputs ? base.output : []), ...renamed.output],
    valueInfo: [...base.valueInfo, ...(keepOutputs ? [] : base.output), ...renamed.valueInfo],
    quantizationAnnotation: [...base.quantizationAnnotation, ...renamed.quantizationAnnotation],
  }
  const keys = new Set(head.metadataProps.map(({ key }) => key))
  return {
    ...backbone,
    irVersion: backbone.irVersion > head.irVersion ? backbone.irVersion : head.irVersion,
    opsetImport: joinOperatorSets(backbone, head, version),
    functions: joinFunctions(backbone, head),
    metadataProps: [
      ...backbone.metadataProps.filter(({ key }) => !keys.has(key)),
      ...head.metadataProps,
    ],
    trainingInfo: [],
    graph: joint,
  }
}
