import { signal } from '@preact/signals'

/** How far the picture has come from the last state of the nets to the newest: 0 to 1. */
export const blend = signal(1)

/** Which way the spheres are turned, degrees. */
export const turn = signal<readonly [longitude: number, latitude: number]>([30, -20])

const prefersStill = matchMedia('(prefers-reduced-motion: reduce)')

let since = 0
let length = 0
let isRunning = false

const tick = (now: number): void => {
  blend.value = length > 0 ? Math.min(1, Math.max(0, (now - since) / length)) : 1
  isRunning = blend.value < 1
  if (isRunning) requestAnimationFrame(tick)
}

/** Goes to the newest state in so many milliseconds; at once where motion is not wanted. */
export const beginBlend = (milliseconds: number): void => {
  length = prefersStill.matches ? 0 : milliseconds
  since = performance.now()
  blend.value = length > 0 ? 0 : 1
  if (length > 0 && !isRunning) {
    isRunning = true
    requestAnimationFrame(tick)
  }
}
