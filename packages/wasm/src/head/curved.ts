import type { FloatArray } from '@arcmargin/core/head'
import { reserve } from '../kernel/arena.js'
import type { Kernel } from '../kernel/instance.js'
import { apply } from './lane.js'
import { growing, type HeadPlaces } from './memory.js'
import type { Update } from './optimizer.js'

/**
 * One step of an optimiser by a whole gradient outside the memory, class by class.
 *
 * @param gradient [columns, K, D].
 * @param size K·D.
 * @param subset class of each column, where only some take part.
 */
export const applyGradient = (
  kernel: Kernel,
  { weights = 0, slots, workspace }: HeadPlaces,
  update: Update,
  gradient: FloatArray,
  size: number,
  subset: ArrayLike<number> | undefined,
): void => {
  const end = workspace + 4 * size
  growing(end, () => reserve(kernel, end))
  const staged = new Float32Array(kernel.memory.buffer, workspace, size)
  for (let column = 0; column * size < gradient.length; column++) {
    staged.set(gradient.subarray(column * size, (column + 1) * size))
    const offset = 4 * size * (subset ? (subset[column] as number) : column)
    const moved = slots.map((address) => address + offset)
    apply(kernel, update, weights + offset, workspace, moved, size)
  }
}
