import { ArcmarginError } from '@arcmargin/core'

/** An ONNX model, or a part of one, that cannot be read, written, joined with another or trained. */
export class ModelError extends ArcmarginError {}

/** An execution provider that ONNX Runtime could not start. */
export class ProviderError extends ArcmarginError {}
