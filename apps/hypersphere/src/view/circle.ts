import type { Neighbours } from '../training/measure.js'
import type { Palette } from './palette.js'
import type { Scene } from './scene.js'

/** Radii in units of the picture's width: class weights end where the points begin. */
const radii = { weight: 0.25, points: 0.27, pointsEnd: 0.345, reach: 0.362, gap: 0.385, text: 0.44 }

/** A point's place in the ring, the same in every picture: it says nothing, it only keeps points from covering each other. */
const depth = (row: number): number => (row * 0.618033988749895) % 1

/** The circle as in the paper's figure 3: features in a ring, class weights as rays, and outside what lies between neighbours. */
export const drawCircle = (
  context: CanvasRenderingContext2D,
  size: number,
  palette: Palette,
  { features, classWeights, measures }: Scene,
  labels: ArrayLike<number>,
): void => {
  const middle = size / 2
  const at = (angle: number, radius: number): [number, number] => [
    middle + size * radius * Math.cos(angle),
    middle - size * radius * Math.sin(angle),
  ]
  const arc = (from: number, to: number, radius: number, colour: string, width: number): void => {
    context.beginPath()
    context.arc(middle, middle, size * radius, -from, -to, from < to)
    context.strokeStyle = colour
    context.lineWidth = width
    context.stroke()
  }
  const angleOf = (rows: Float64Array, row: number): number =>
    Math.atan2(rows[2 * row + 1] as number, rows[2 * row] as number)

  arc(0, 2 * Math.PI, radii.pointsEnd + 0.005, palette.rule, 1)
  context.globalAlpha = 0.55
  const dot = Math.max(1, size / 260)
  for (let row = 0; row < labels.length; row++) {
    const radius = radii.points + (radii.pointsEnd - radii.points) * depth(row)
    const [x, y] = at(angleOf(features, row), radius)
    context.fillStyle = palette.digits[labels[row] as number] as string
    context.beginPath()
    context.arc(x, y, dot, 0, 2 * Math.PI)
    context.fill()
  }
  context.globalAlpha = 1

  for (const [digit, colour] of palette.digits.entries()) {
    const [x, y] = at(angleOf(classWeights, digit), radii.weight)
    context.beginPath()
    context.moveTo(middle, middle)
    context.lineTo(x, y)
    context.strokeStyle = colour
    context.lineWidth = 2.5
    context.lineCap = 'round'
    context.stroke()
  }
  context.lineCap = 'butt'

  context.textAlign = 'center'
  context.textBaseline = 'middle'
  const write = (text: string, angle: number, font: string, colour: string): void => {
    context.font = font
    context.fillStyle = colour
    context.fillText(text, ...at(angle, radii.text))
  }
  for (const [digit, colour] of palette.digits.entries()) {
    write(`${digit}`, angleOf(measures.centers, digit), '700 17px system-ui, sans-serif', colour)
  }
  const label = '12px system-ui, sans-serif'
  const drawNeighbours = ({ classes: [a, b], spacing, reach, gap }: Neighbours): void => {
    const from = angleOf(measures.centers, a)
    const to = from + spacing
    arc(from, from + reach[0], radii.reach, palette.digits[a] as string, 4)
    arc(to - reach[1], to, radii.reach, palette.digits[b] as string, 4)
    const colour = gap > 0 ? palette.ink : palette.wrong
    const [start, end] = [from + reach[0], to - reach[1]]
    arc(Math.min(start, end), Math.max(start, end), radii.gap, colour, gap > 0 ? 1.5 : 4)
    // Overlaps are many at the start, and their numbers would cover each other.
    if (gap > 0)
      write(`${Math.round((gap * 180) / Math.PI)}°`, (start + end) / 2, label, palette.ink)
  }
  measures.neighbours.forEach(drawNeighbours)
}
