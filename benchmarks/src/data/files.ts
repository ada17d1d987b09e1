import { join } from 'node:path'

/** The arrays of one problem as raw little-endian files: every engine, in whatever language, reads the same numbers. */
export const embeddingsFile = (folder: string): string => join(folder, 'embeddings.f32')
export const classWeightsFile = (folder: string): string => join(folder, 'class-weights.f32')
export const labelsFile = (folder: string): string => join(folder, 'labels.i32')

/** The gradients that an engine left: float32, or float64 from the reference. */
export const embeddingsGradientFile = (folder: string): string => join(folder, 'dx')
export const classWeightsGradientFile = (folder: string): string => join(folder, 'dw')
