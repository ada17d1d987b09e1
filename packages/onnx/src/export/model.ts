import type { Loss } from '@arcmargin/core'
import type { GraphBuilder } from '../graph/builder.js'
import { decodeModel } from '../proto/decode.js'
import { encodeModel } from '../proto/encode.js'
import type { ModelProto } from '../proto/model.js'
import type { ExportOptions } from './options.js'
import type { ExternalData } from './weights.js'

/** The lowest operator set that has what the graphs use: Shape's `start` (15), ScatterND that adds (16), 17 for the runtimes. */
const opset = 17

/** The IR version of ONNX 1.10 to 1.12, which every runtime that knows operator set 17 reads. */
const irVersion = 8

/** An exported graph. */
export interface ExportedModel {
  readonly model: ModelProto
  /** The .onnx file. */
  readonly bytes: Uint8Array
  /** Weights that have to lie beside the file, where they exceed what a file holds. */
  readonly externalData?: ExternalData
}

/** What a graph computes. */
export type Kind = 'logits' | 'loss' | 'gradients' | 'training-step'

/** Puts a finished graph into a file; its metadata name the loss, so that `lossFromJson` reads it back. */
export const finishModel = (
  builder: GraphBuilder,
  loss: Loss,
  kind: Kind,
  options: ExportOptions,
  external: ExternalData | undefined,
): ExportedModel => {
  const { definition, parameters } = loss
  const { weights: _, ...plain } = options
  const about = `${definition.name} (${definition.citation}): ${kind}`
  const metadata = {
    'arcmargin.kind': kind,
    'arcmargin.name': definition.name,
    'arcmargin.parameters': JSON.stringify(parameters),
    'arcmargin.loss': JSON.stringify(loss),
    'arcmargin.options': JSON.stringify(plain),
  }
  const bytes = encodeModel({
    irVersion: BigInt(irVersion),
    opsetImport: [{ domain: '', version: BigInt(opset) }],
    producerName: '@arcmargin/onnx',
    docString: about,
    graph: builder.graph(options.graphName ?? `${definition.name} ${kind}`, about),
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  })
  return {
    model: decodeModel(bytes),
    bytes,
    ...(external ? { externalData: external } : {}),
  }
}
