import { degrees } from './curve.js'
import type { Shape, Stretch } from './shape.js'

/** What sampling found, in sentences that claim no more. */
export interface Description {
  readonly continuous: string
  readonly monotone: string
}

const most = 3

const inDegrees = (angle: number): string => `${degrees(angle).toFixed(2)}°`

const list = (stretches: readonly Stretch[]): string =>
  several(stretches.map(({ from, to }) => `${inDegrees(from)} to ${inDegrees(to)}`))

const several = (parts: readonly string[]): string =>
  parts.length > most
    ? `${parts.slice(0, most).join(', ')} and ${parts.length - most} more`
    : parts.join(', ')

/**
 * Says what the shape of a target logit is.
 *
 * @param scale what a jump is measured in.
 */
export const describeShape = (shape: Shape, scale: number): Description => {
  const holes = `not a finite number from ${list(shape.undefined)}`
  const jumps = shape.jumps.map(
    ({ at, by }) =>
      `${by < 0 ? 'down' : 'up'} by ${(Math.abs(by) / scale).toFixed(4)}·s at ${inDegrees(at)}`,
  )
  const continuous = jumps.length > 0 ? `No: it jumps ${several(jumps)}.` : 'No jump was found.'
  const monotone =
    shape.rises.length > 0 ? `No: it rises from ${list(shape.rises)}.` : 'No rise was found.'
  return shape.undefined.length > 0
    ? { continuous: `No: it or its derivative is ${holes}.`, monotone: `Elsewhere: ${monotone}` }
    : { continuous, monotone }
}
