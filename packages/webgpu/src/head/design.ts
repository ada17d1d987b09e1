import { derivative, type Expression, inputsOf, type Loss } from '@arcmargin/core'
import {
  type DerivedLoss,
  deriveLoss,
  isZero,
  type ResolvedLoss,
  resolveLoss,
} from '@arcmargin/core/backend'

/** Hyperparameters of an optimiser that change from step to step, by position among the scalars. */
export const hyperparameters = [
  'optimizer rate',
  'optimizer decay',
  'optimizer first',
  'optimizer second',
  'optimizer epsilon',
  'optimizer unbias1',
  'optimizer unbias2',
] as const

/** Where the slot of the hyperparameters says that something was not finite: behind all of them. Rows come in tiles of 16. */
export const refusalRow = '15u'

/** Everything that is fixed when a head is created, from which its kernels are written. */
export interface Design {
  readonly loss: Loss
  readonly resolved: ResolvedLoss
  readonly derived: DerivedLoss
  /** D. */
  readonly dimension: number
  /** Vectors of four that hold D values. */
  readonly quads: number
  /** K. */
  readonly subCenters: number
  /** Whether class weights are stored as float16. */
  readonly half: boolean
  /** Parameters whose gradients are taken. */
  readonly parameterNames: readonly string[]
  /** Σ over the other classes that a step with gradients needs: factor · formula, by the name of its slot. */
  readonly rowSums: Readonly<Record<string, Expression>>
  /** The same by parameters of a class: formula by the parameter, summed over the rows of other classes. */
  readonly classSums: Readonly<Record<string, Expression>>
  /** Numbers of a step, at the start of `inputs`. */
  readonly scalars: readonly string[]
  /** [N] each, after the scalars. */
  readonly tables: readonly string[]
  /** [columns] each, after the tables. */
  readonly classTables: readonly string[]
  /** Names of the values that `rows` holds, [N] each. */
  readonly slots: readonly string[]
}

const fixedSlots = [
  'featureNorm',
  'cosTheta',
  'sinTheta',
  'theta',
  'weightNorm',
  'chosen',
  'best',
  'bestScore',
  'term',
  'largest',
  'sum',
  'shift',
  'rest',
  'loss',
  'factor',
  'repel',
  'sample',
  'slope',
  'featureNormSlope',
  'weightNormSlope',
  'scratch',
  'own',
  'scale',
  'hyper',
]

const scoped = (loss: Loss, scope: string): string[] =>
  Object.entries(loss.parameters).flatMap(([name, value]) => (value === scope ? [name] : []))

/** Σ over the other classes: for values of the row that they use, for the feature norm, and for parameters. */
const sumsOverOthers = (
  { other, coupled }: DerivedLoss,
  loss: Loss,
  parameterNames: readonly string[],
): Record<string, Expression> => {
  const sums: Record<string, Expression> = {}
  for (const [name, { slope }] of Object.entries(coupled)) sums[`coupled ${name}`] = slope
  if (!isZero(other.featureNorm)) sums['others featureNorm'] = other.featureNorm
  for (const name of parameterNames) {
    const slope = derivative(other.value, name)
    if (!isZero(slope) && loss.parameters[name] !== 'perClass') sums[`others ${name}`] = slope
  }
  return sums
}

/** Slopes of other logits by parameters of their own class. */
const sumsByClass = (
  { other }: DerivedLoss,
  loss: Loss,
  parameterNames: readonly string[],
): Record<string, Expression> =>
  Object.fromEntries(
    parameterNames
      .filter((name) => loss.parameters[name] === 'perClass')
      .map((name) => [name, derivative(other.value, name)] as const)
      .filter(([, slope]) => !isZero(slope)),
  )

/** Lays out what the kernels of a head read and write. */
export const createDesign = (
  loss: Loss,
  dimension: number,
  subCenters: number,
  parameterNames: readonly string[],
  half = false,
): Design => {
  const resolved = resolveLoss(loss)
  const derived = deriveLoss(loss)
  const rowSums = sumsOverOthers(derived, loss, parameterNames)
  const { row, negatives, batch, state, draws } = resolved
  const scalars = Object.keys(loss.definition.parameters).filter(
    (name) => !['perClass', 'perSample'].includes(String(loss.parameters[name])),
  )
  const drawn = Object.keys(draws)
  return {
    loss,
    resolved,
    derived,
    dimension,
    quads: Math.ceil(dimension / 4),
    subCenters,
    half,
    parameterNames,
    rowSums,
    classSums: sumsByClass(derived, loss, parameterNames),
    scalars: [
      ...scalars,
      'classes',
      'batchSize',
      'is training',
      'classes present',
      'pooling temperature',
      ...drawn.map((name) => `given ${name}`),
      ...hyperparameters,
    ],
    tables: [
      'row column',
      'row scale',
      // The next row of the same class or -1, and whether there is none before: rows of a class are added up along it.
      'row next',
      'row leads',
      ...scoped(loss, 'perSample'),
      ...drawn.map((n) => `noise ${n}`),
    ],
    classTables: scoped(loss, 'perClass'),
    slots: [
      ...fixedSlots,
      ...Object.keys(row).map((name) => `row ${name}`),
      ...drawn.flatMap((name) => [`draw ${name}`, `drawn ${name}`]),
      ...Object.keys(negatives).flatMap((name) => [`negative ${name}`, `counted ${name}`]),
      ...Object.keys(batch).map((name) => `batch ${name}`),
      ...Object.keys(state).map((name) => `state ${name}`),
      ...Object.keys(rowSums),
      ...parameterNames.map((name) => `parameter ${name}`),
    ],
  }
}

/** Whether the other logits need the angle, whose sine has to be measured. */
export const isAngular = (formulas: readonly Expression[]): boolean =>
  formulas.some((formula) => {
    const names = inputsOf(formula)
    return names.has('theta') || names.has('sinTheta')
  })
