import { ArcmarginError } from '@arcmargin/core'

/** An ONNX model, or a part of one, that cannot be read, written or joined with another. */
export class ModelError extends ArcmarginError {}
