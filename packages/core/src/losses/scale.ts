import { ParameterError } from '../errors.js'

const checkClasses = (classes: number): number => {
  if (Number.isInteger(classes) && classes >= 2) return classes
  throw new ParameterError('is out of range', {
    argument: 'classes',
    value: classes,
    allowed: 'a whole number, at least 2',
  })
}

/**
 * The smallest scale s at which a perfectly placed sample can reach the posterior probability `probability`:
 * s >= (C-1)/C · log((C-1)p/(1-p)). Below it the loss cannot converge however good the embedding is.
 * Wang et al., CosFace, arXiv:1801.09414, eq. 6.
 *
 * @param classes C, at least 2.
 * @param probability wanted posterior of the own class, between 0 and 1. Default 0.9.
 */
export const minimumScale = (classes: number, probability = 0.9): number => {
  if (!(probability > 0 && probability < 1)) {
    throw new ParameterError('is out of range', {
      argument: 'probability',
      value: probability,
      allowed: 'a number between 0 and 1',
    })
  }
  const others = checkClasses(classes) - 1
  return (others / classes) * Math.log((others * probability) / (1 - probability))
}

/**
 * The lowest mean loss that NormFace can reach with scale s and balanced classes: log(1 + (C-1)·e^(-s·C/(C-1))).
 * Wang et al., NormFace, arXiv:1704.06369, proposition 2.
 *
 * @param classes C, at least 2.
 * @param scale s, above 0.
 */
export const lossLowerBound = (classes: number, scale: number): number => {
  const others = checkClasses(classes) - 1
  return Math.log1p(others * Math.exp((-scale * classes) / others))
}

/**
 * AdaCos's fixed scale √2·log(C-1): where the posterior of a sample at 45° is steepest. A start when nothing else is known.
 * Zhang et al., AdaCos, arXiv:1905.00292, eq. 9.
 *
 * @param classes C, at least 3 (with two it would be 0).
 */
export const fixedAdaCosScale = (classes: number): number => {
  if (checkClasses(classes) < 3) {
    throw new ParameterError('is out of range', {
      argument: 'classes',
      value: classes,
      allowed: 'at least 3',
    })
  }
  return Math.SQRT2 * Math.log(classes - 1)
}

/** Settings of ArcFace and CosFace that are known to work, with the reason. */
export interface Preset {
  readonly arcFace: { readonly margin: number; readonly scale: number }
  readonly cosFace: { readonly margin: number; readonly scale: number }
  /** Why these numbers. */
  readonly reason: string
}

/** Documented starting points; see also {@link minimumScale}. */
export const presets: Readonly<Record<'fewClasses' | 'facesAtScale', Preset>> = {
  fewClasses: {
    arcFace: { margin: 0.3, scale: 16 },
    cosFace: { margin: 0.2, scale: 16 },
    reason:
      'Tens to thousands of classes with few samples: minimumScale asks for about 5 to 9, and a scale far above it makes every sample look solved before the angles are small. A small net that does not converge wants the smaller margin.',
  },
  facesAtScale: {
    arcFace: { margin: 0.5, scale: 64 },
    cosFace: { margin: 0.35, scale: 64 },
    reason:
      'Tens of thousands of identities, millions of pictures, a deep backbone: the settings of the papers.',
  },
}
