import {
  type GeoPermissibleObjects,
  geoGraticule10,
  geoInterpolate,
  geoOrthographic,
  geoPath,
  geoRotation,
} from 'd3-geo'
import type { Palette } from './palette.js'
import type { Scene } from './scene.js'

/** Radius in units of the picture's width. */
const radius = 0.44

/** A direction as longitude and latitude, degrees. */
const placeOf = (rows: Float64Array, row: number): [number, number] => {
  const [x, y, z] = rows.subarray(3 * row, 3 * row + 3) as unknown as [number, number, number]
  const degrees = 180 / Math.PI
  return [Math.atan2(y, x) * degrees, Math.asin(Math.min(1, Math.max(-1, z))) * degrees]
}

/** The sphere: features as points, those behind it pale, class weights as named discs, and geodesics to the nearest neighbours. */
export const drawSphere = (
  context: CanvasRenderingContext2D,
  size: number,
  palette: Palette,
  { features, classWeights, measures }: Scene,
  labels: ArrayLike<number>,
  [longitude, latitude]: readonly [number, number],
): void => {
  const projection = geoOrthographic()
    .rotate([longitude, latitude])
    .translate([size / 2, size / 2])
    .scale(size * radius)
  const path = geoPath(projection, context)
  const rotation = geoRotation([longitude, latitude])
  const isInFront = (place: [number, number]): boolean => {
    const [x, y] = rotation(place)
    return Math.cos((x * Math.PI) / 180) * Math.cos((y * Math.PI) / 180) > 0
  }
  const stroke = (shape: GeoPermissibleObjects, colour: string, width: number): void => {
    context.beginPath()
    path(shape)
    context.strokeStyle = colour
    context.lineWidth = width
    context.stroke()
  }

  context.globalAlpha = 0.6
  stroke(geoGraticule10(), palette.rule, 0.75)
  context.globalAlpha = 1
  stroke({ type: 'Sphere' }, palette.soft, 1)

  const dot = Math.max(1, size / 230)
  for (let row = 0; row < labels.length; row++) {
    const place = placeOf(features, row)
    const [x, y] = projection(place) as [number, number]
    context.globalAlpha = isInFront(place) ? 0.7 : 0.1
    context.fillStyle = palette.digits[labels[row] as number] as string
    context.beginPath()
    context.arc(x, y, dot, 0, 2 * Math.PI)
    context.fill()
  }
  context.globalAlpha = 1

  for (const { classes, spacing, reach, gap } of measures.neighbours) {
    const [a, b] = classes
    const along = geoInterpolate(placeOf(measures.centers, a), placeOf(measures.centers, b))
    const ends = [reach[0] / spacing, 1 - reach[1] / spacing].sort((p, q) => p - q)
    const line = (from: number, to: number): GeoPermissibleObjects => ({
      type: 'LineString',
      coordinates: [along(from), along(to)],
    })
    const [start, end] = ends as [number, number]
    stroke(line(start, end), gap > 0 ? palette.ink : palette.wrong, gap > 0 ? 2.5 : 4)
  }

  context.font = '700 15px system-ui, sans-serif'
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  for (const [digit, colour] of palette.digits.entries()) {
    const place = placeOf(classWeights, digit)
    if (!isInFront(place)) continue
    const [x, y] = projection(place) as [number, number]
    context.beginPath()
    context.arc(x, y, 11, 0, 2 * Math.PI)
    context.fillStyle = palette.card
    context.fill()
    context.strokeStyle = colour
    context.lineWidth = 2
    context.stroke()
    context.fillStyle = colour
    context.fillText(`${digit}`, x, y + 1)
  }
}
