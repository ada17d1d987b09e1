import type { Picture } from './picture.js'

/** What makes embeddings of pictures; it is never trained here. */
export interface Backbone {
  readonly title: string
  /** Numbers in an embedding. */
  readonly dimension: number
  /** The embedding of a picture, [dimension]. */
  embed(picture: Picture): Promise<Float32Array>
  /** Embeddings of the picture and, where that is cheap, of changed copies of it: what a head is trained on. */
  variants(picture: Picture): Promise<Float32Array[]>
  /** The same as an ONNX model. */
  model(): BackboneModel
}

/** A backbone as a file. */
interface BackboneModel {
  /** The .onnx file. */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Name of the tensor that holds the embeddings. */
  readonly embedding: string
  /** How its input is made of a picture; undefined: this page's own net. */
  readonly input: PictureInput | undefined
}

/** How a visitor's backbone wants its picture. */
export interface PictureInput {
  /** Name of the model's input. */
  readonly name: string
  readonly width: number
  readonly height: number
  /** [1, 3, H, W] or [1, H, W, 3]. */
  readonly layout: 'NCHW' | 'NHWC'
  readonly values: PixelValues
}

/** What red, green and blue become before they go in. */
export type PixelValues = 'unit' | 'signed' | 'byte' | 'imagenet'
