import type { Parameter, Scope } from './parameter.js'

/**
 * What the target logit does where the margined angle passes π: keep the formula (`none`), the ArcFace paper's linear
 * continuation (`linear`, jumps down), margin only while cosθ > 0 (`easy`, jumps up), a plain cosine with its own margin
 * (`plain`, FaceX-Zoo) or the curve mirrored at its lowest point (`mirror`: continuous and monotone).
 */
export type PastPi = 'none' | 'linear' | 'easy' | 'plain' | 'mirror'

/** `exact`: the derivative of the printed loss. `straightThrough`: the one some references train with instead. */
export type GradientMode = 'exact' | 'straightThrough'

/** A statistic of one row over its non-target classes; carries no gradient. */
export interface NegativeStatistic {
  readonly reduce: 'sum' | 'mean'
  /** Formula over the non-target's inputs. */
  readonly of: string
  /** Condition `a < b` that picks the classes; all of them when absent. The mean over none is 0. */
  readonly where?: string
}

/** A statistic over the rows of a batch; carries no gradient. `std` is unbiased and 0 for one row. */
export interface BatchStatistic {
  readonly reduce: 'mean' | 'std' | 'lowerMedian'
  /** Formula over the row's inputs. */
  readonly of: string
}

/** A number that lives from step to step. */
export interface StateVariable {
  /** Formula over parameters and `classes`. */
  readonly initial: string
  /** Formula over state, batch statistics, parameters, `classes`, `batchSize`; evaluated BEFORE the logits of the step. */
  readonly next: string
}

/** A normally distributed value drawn anew for each sample and step. */
export interface Draw {
  readonly mean: string
  readonly std: string
  /** Hand the largest draw to the row with the smallest target cosine, the second largest to the next, ... */
  readonly rankMatched?: boolean
}

/**
 * Loss terms that need no other class: `positive` of the target's `logit` plus `negative` summed over the others'.
 */
export interface SeparableReduction {
  readonly positive: string
  readonly negative: string
}

/**
 * From logits to a loss. `softmax`: cross-entropy. `softmaxOthers`: the target is left out of the denominator. `classwise`:
 * log(1+Σe^logit) along the batch for each class (Proxy-Anchor).
 */
export type Reduction = 'softmax' | 'softmaxOthers' | 'classwise' | SeparableReduction

/**
 * A loss as data: formulas as text, parameters with their ranges. Inputs of every formula: the parameters, `classes`, state,
 * and of the class at hand `theta` (radians), `cosTheta`, `sinTheta`, `featureNorm` |x|, `weightNorm` |w|. A side whose norm no
 * formula mentions is thereby normalised.
 */
export interface LossDefinition {
  readonly name: string
  /** Authors, venue, identifier, equation. */
  readonly citation: string
  readonly parameters: Readonly<Record<string, Parameter>>
  /** Abbreviations, put in wherever their names stand. */
  readonly where?: Readonly<Record<string, string>>
  /** Values of a row, computed with its target's inputs and visible to `target`, `other` and the statistics. */
  readonly row?: Readonly<Record<string, string>>
  readonly negatives?: Readonly<Record<string, NegativeStatistic>>
  readonly batch?: Readonly<Record<string, BatchStatistic>>
  readonly state?: Readonly<Record<string, StateVariable>>
  readonly draws?: Readonly<Record<string, Draw>>
  /** The target logit; one formula, or one for each treatment past π that the loss offers. */
  readonly target: string | Readonly<Partial<Record<PastPi, string>>>
  /** The treatment past π by default, where `target` has several. */
  readonly pastPi?: PastPi
  /** The logit of every other class. */
  readonly other: string
  /** d logit / d cosθ of the straight-through mode, where a reference trains with one. */
  readonly straightThrough?: { readonly target: string; readonly other: string }
  /** Default: `exact`. */
  readonly gradient?: GradientMode
  /** Default: `softmax`. */
  readonly reduction?: Reduction
  /** How K sub-centers become one cosine. Default: the largest; or softmax-weighted with this temperature formula. */
  readonly pooling?: { readonly temperature: string }
  /** Added to the loss: mean over samples, mean over classes. */
  readonly regularizer?: { readonly sample?: string; readonly class?: string }
}

/**
 * A loss with its hyperparameters: plain data, so it can be printed, compared, sent to a worker and written as JSON.
 * `parameters` holds a number, or where its values come from (`perClass`, `perSample`: given to the head as tables).
 */
export interface Loss {
  readonly definition: LossDefinition
  readonly parameters: Readonly<Record<string, number | Exclude<Scope, 'scalar'>>>
  readonly pastPi?: PastPi
  readonly gradient: GradientMode
}
