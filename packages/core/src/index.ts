export {
  ArcmarginError,
  type ErrorDetails,
  FormulaError,
  LabelError,
  NonFiniteError,
  ParameterError,
  ShapeError,
} from './errors.js'
export { derivative } from './expression/derivative.js'
export { equal } from './expression/equal.js'
export { arithmetic, evaluate } from './expression/evaluate.js'
export { fold } from './expression/fold.js'
export {
  apply,
  type Expression,
  type InputNode,
  input,
  type NumberNode,
  number,
  type Operation,
  type OperationNode,
  operations,
} from './expression/node.js'
export { parse } from './expression/parse.js'
export { print } from './expression/print.js'
export { simplify } from './expression/simplify.js'
export { inputsOf, substitute } from './expression/substitute.js'
export { adaCos } from './losses/adacos.js'
export { adaFace } from './losses/adaface.js'
export { adaptiveFace } from './losses/adaptiveface.js'
export { arcFace } from './losses/arcface.js'
export { arcFaceClipped } from './losses/arcface-clipped.js'
export { arcNegFace } from './losses/arcnegface.js'
export { circle } from './losses/circle.js'
export { combined } from './losses/combined.js'
export { cosFace } from './losses/cosface.js'
export { curricularFace } from './losses/curricularface.js'
export { type LossFactory, type LossOptions, lossFromJson } from './losses/define.js'
export { defineLoss } from './losses/define-checked.js'
export type {
  BatchStatistic,
  Draw,
  GradientMode,
  Loss,
  LossDefinition,
  NegativeStatistic,
  PastPi,
  Reduction,
  SeparableReduction,
  StateVariable,
} from './losses/definition.js'
export {
  elasticArcFace,
  elasticArcFacePlus,
  elasticCosFace,
  elasticCosFacePlus,
} from './losses/elasticface.js'
export { filterInterclass } from './losses/filtering.js'
export { kappaFace } from './losses/kappaface.js'
export { lSoftmax } from './losses/l-softmax.js'
export { ldam } from './losses/ldam.js'
export { magFace } from './losses/magface.js'
export { type DynamicMarginOptions, dynamicMargins, ldamMargins } from './losses/margins.js'
export {
  mvAm,
  mvAmFaceXZoo,
  mvAmFixed,
  mvArc,
  mvArcFaceXZoo,
  mvArcFixed,
  svSoftmax,
} from './losses/mv-softmax.js'
export { normFace } from './losses/normface.js'
export { npcFace } from './losses/npcface.js'
export { p2sGrad } from './losses/p2sgrad.js'
export {
  between,
  cosineMargin,
  count,
  type Parameter,
  positive,
  radians,
  type Scope,
} from './losses/parameter.js'
export { proxyAnchor } from './losses/proxy-anchor.js'
export { proxyNca, proxyNcaOriginal } from './losses/proxy-nca.js'
export {
  fixedAdaCosScale,
  lossLowerBound,
  minimumScale,
  type Preset,
  presets,
} from './losses/scale.js'
export { softTriple } from './losses/soft-triple.js'
export { softmax } from './losses/softmax.js'
export { sphereFace } from './losses/sphereface.js'
export { clcarwinSchedule, sphereFaceAnnealed } from './losses/sphereface-annealed.js'
export { sphereFaceR } from './losses/sphereface-r.js'
export { sphereFace2 } from './losses/sphereface2.js'
export { uniFace } from './losses/uniface.js'
