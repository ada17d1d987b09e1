import { arcFace } from '@arcmargin/core'

/** D: numbers of an embedding. */
export const dimension = 64

/** N: embeddings in a step. */
export const batchSize = 128

/** Margin in radians, and scale. */
export const [margin, scale] = [0.3, 32]

/** What the head is trained with. */
export const loss = arcFace({ margin, scale })

/**
 * Of plain SGD. A mean over N samples leaves a class about scale/N of its sample's pull: with this rate the first visit already turns a
 * class weight of length 1 most of the way.
 */
export const learningRate = (2 * batchSize) / scale

/** Fewest classes of the page's slider. */
export const leastClasses = 1000

/** Most classes of a head: what `@arcmargin/webgpu` can count. */
export const countableClasses = 2 ** 24
