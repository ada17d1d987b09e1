export { ModelError, ProviderError } from './errors.js'
export { exportGradients } from './export/gradients.js'
export { exportLogits } from './export/logits.js'
export { exportLoss } from './export/loss.js'
export { exportMarginLogits } from './export/margin-logits.js'
export type { ExportedModel } from './export/model.js'
export type {
  AdamOptimizer,
  ExportOptions,
  GradientsOptions,
  LogitsOptions,
  LossExportOptions,
  MarginLogitsOptions,
  Optimizer,
  SgdOptimizer,
  TrainingStepOptions,
} from './export/options.js'
export { exportTrainingStep } from './export/training-step.js'
export type { ExternalData } from './export/weights.js'
export { attributeTypes, type DataType, dataTypeName, dataTypes } from './proto/data-type.js'
export { type DecodedModel, decodeModel } from './proto/decode.js'
export { encodeModel } from './proto/encode.js'
export {
  type AttributeValue,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
  type TensorElement,
} from './proto/make.js'
export type {
  AttributeProto,
  Dimension,
  Draft,
  FunctionProto,
  GraphProto,
  MapType,
  ModelProto,
  NodeProto,
  OperatorSetIdProto,
  SparseTensorProto,
  StringStringEntryProto,
  TensorAnnotation,
  TensorProto,
  TensorShapeProto,
  TensorType,
  TrainingInfoProto,
  TypeProto,
  ValueInfoProto,
} from './proto/model.js'
export {
  type Ort,
  OrtTrainer,
  type StepOptions,
  type StepResults,
  type TrainerOptions,
} from './runtime/trainer.js'
export type { InputValue, InputValues } from './runtime/values.js'
export {
  type AttachOptions,
  attachHead,
  type ClassifierOptions,
  toClassifier,
} from './surgery/attach.js'
export { type ExtractOptions, extractEmbedding } from './surgery/extract.js'
