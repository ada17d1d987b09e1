import type { Loss } from '@arcmargin/core'
import type { PairLoss } from '@arcmargin/core/pairs'
import type { GraphBuilder } from '../graph/builder.js'
import { type DecodedModel, decodeModel } from '../proto/decode.js'
import { encodeModel } from '../proto/encode.js'

import type { ExportOptions } from './options.js'
import type { ExternalData } from './weights.js'

/** The lowest operator set that has what the graphs use: Shape's `start` (15), ScatterND that adds (16), 17 for the runtimes. */
const opset = 17

/** The IR version of ONNX 1.10 to 1.12, which every runtime that knows operator set 17 reads. */
const irVersion = 8

/** An exported graph. */
export interface ExportedModel {
  readonly model: DecodedModel
  /** The .onnx file. */
  readonly bytes: Uint8Array
  /** Weights that have to lie beside the file, where they exceed what a file holds. */
  readonly externalData?: ExternalData
}

/** What a graph computes. */
export type Kind =
  | 'logits'
  | 'margin-logits'
  | 'loss'
  | 'gradients'
  | 'training-step'
  | 'pair-loss'
  | 'pair-gradients'

/** What metadata say of a loss; `lossFromJson` or `pairLossFromJson` reads it back. */
const aboutLoss = (loss: Loss | PairLoss): Readonly<Record<string, string>> => ({
  'arcmargin.name': loss.definition.name,
  'arcmargin.parameters': JSON.stringify(loss.parameters),
  'arcmargin.loss': JSON.stringify(loss),
})

/** Puts a finished graph into a file; its metadata name the loss, where it has one. */
export const finishModel = (
  builder: GraphBuilder,
  loss: Loss | PairLoss | undefined,
  kind: Kind,
  options: Pick<ExportOptions, 'weights' | 'graphName'>,
  external: ExternalData | undefined,
): ExportedModel => {
  const { weights: _, ...plain } = options
  const name = loss?.definition.name ?? 'Cosine'
  const about = loss ? `${name} (${loss.definition.citation}): ${kind}` : 'Cosine scores'
  const metadata = {
    'arcmargin.kind': kind,
    ...(loss ? aboutLoss(loss) : {}),
    'arcmargin.options': JSON.stringify(plain),
  }
  const bytes = encodeModel({
    irVersion: BigInt(irVersion),
    opsetImport: [{ domain: '', version: BigInt(opset) }],
    producerName: '@arcmargin/onnx',
    docString: about,
    graph: builder.graph(options.graphName ?? `${name} ${kind}`, about),
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  })
  return {
    model: decodeModel(bytes),
    bytes,
    ...(external ? { externalData: external } : {}),
  }
}
