import { random } from '@arcmargin/quickstart/random'
import { type Picture, side } from '../src/model/picture.js'

/** A picture of coloured discs on white; the same number gives the same picture, `jitter` moves the discs. */
export const discs = (number: number, jitter = 0): Picture => {
  const shapes = random(number, 'discs')
  const moves = random(jitter, 'moves')
  const list = Array.from({ length: 5 }, () => ({
    x: shapes.between(40, side - 40) + 6 * moves.between(-1, 1),
    y: shapes.between(40, side - 40) + 6 * moves.between(-1, 1),
    radius: shapes.between(15, 60),
    colour: [shapes.below(256), shapes.below(256), shapes.below(256)],
  }))
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      for (const disc of list) {
        if (Math.hypot(x - disc.x, y - disc.y) < disc.radius) {
          pixels.set(disc.colour, (y * side + x) * 4)
        }
      }
    }
  }
  return { pixels }
}
