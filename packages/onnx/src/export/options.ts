/** How class weights are trained in the graph. The learning rate is an input of the graph. */
export type Optimizer = SgdOptimizer | AdamOptimizer

/** g ← g + weightDecay·w; v ← momentum·v + g; w ← w - rate·(nesterov ? g + momentum·v : v). As PyTorch's SGD. */
export interface SgdOptimizer {
  readonly kind: 'sgd'
  /** 0 to below 1. Default 0: no momentum is kept. */
  readonly momentum?: number
  /** Default false; needs momentum. */
  readonly nesterov?: boolean
  /** Default 0. */
  readonly weightDecay?: number
}

/** Adam (weight decay added to the gradient) or AdamW (taken off the weights). As PyTorch's. */
export interface AdamOptimizer {
  readonly kind: 'adam' | 'adamw'
  /** Default 0.9. */
  readonly beta1?: number
  /** Default 0.999. */
  readonly beta2?: number
  /** Default 1e-8. */
  readonly epsilon?: number
  /** Default 0 for Adam, 0.01 for AdamW. */
  readonly weightDecay?: number
}

/** What every exported graph is told. */
export interface ExportOptions {
  /** D, the length of an embedding. */
  readonly dimension: number
  /** C, the number of classes. Left out: symbolic, read from the class weights when the graph runs. */
  readonly classes?: number
  /** K, sub-centers a class; class weights are then [C, K, D]. Default 1. */
  readonly subCenters?: number
  /** Class weights [C, D] or [C, K, D] to put into the file; `classes` then follows from them. Default: a graph input. */
  readonly weights?: Float32Array | Float64Array
  /** Element type of the class weights. Arithmetic is float32 in either case. Default `float32`. */
  readonly weightType?: 'float32' | 'float16'
  /** Where weights that are put into the file lie when they exceed `externalAbove` bytes. Default `weights.bin`. */
  readonly externalLocation?: string
  /** Weights of more bytes become external data, for a file cannot exceed 2 GiB. Default 2^31 - 2^24. */
  readonly externalAbove?: number
  /** Name of the graph. Default: the loss's name and what the graph computes. */
  readonly graphName?: string
}

/** Of {@link exportLogits}. */
export interface LogitsOptions extends ExportOptions {
  /** Give the k best classes of each row and their scores in the place of all scores. */
  readonly topK?: number
}

/** Of {@link exportMarginLogits}. */
export type MarginLogitsOptions = Pick<
  LossExportOptions,
  keyof ExportOptions | 'blockSize' | 'training' | 'matchDraws' | 'inputs'
>

/** Of graphs that compute a loss. */
export interface LossExportOptions extends ExportOptions {
  /** Classes that are worked on at a time. Default: a divisor of C near 2048; 1024 where C is symbolic. */
  readonly blockSize?: number
  /**
   * Whether logits are kept between the passes, one block each, or computed again: three matrix products and N·C floats, or four
   * and none. Default `auto`: kept while N·C floats for `rows` rows fit into 64 MiB.
   */
  readonly keepLogits?: 'auto' | boolean
  /** The batch size that `auto` reckons with; the graph takes any. Default 128. */
  readonly rows?: number
  /** `mean` over the rows that count (weighted: Σwl/Σw) or `sum`. Default `mean`. */
  readonly reduction?: 'mean' | 'sum'
  /** Whether the loss's state moves on and draws are inputs; else the state stays and draws are their means. Default true. */
  readonly training?: boolean
  /**
   * Whether the draws of losses that match them by rank (ElasticFace+) are handed out in the graph, the largest to the row farthest
   * from its class; else they are taken in their order. Default true.
   */
  readonly matchDraws?: boolean
  /** Whether each row's weight is an input, `sampleWeights` [N]. Default false. */
  readonly sampleWeights?: boolean
  /** Whether `accuracy` is an output: the share of rows whose best class is their own. Default false. */
  readonly accuracy?: boolean
  /** Hyperparameters that become inputs, `parameters.<name>`, in the place of constants. Learnable ones always are. */
  readonly inputs?: readonly string[]
}

/** Of {@link exportGradients}. */
export interface GradientsOptions extends LossExportOptions {
  /** Which gradients to compute beside the parameters'. Default both; embeddings alone where the weights are in the file. */
  readonly gradients?: readonly ('embeddings' | 'classWeights')[]
  /** Hyperparameters whose gradients to compute. Default: the learnable ones. */
  readonly parameterGradients?: readonly string[]
}

/** Of {@link exportTrainingStep}. */
export interface TrainingStepOptions extends Omit<LossExportOptions, 'weights' | 'training'> {
  readonly optimizer: Optimizer
  /** Hyperparameters that are trained with the class weights. Default: the learnable ones. */
  readonly parameterGradients?: readonly string[]
}
