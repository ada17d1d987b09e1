/**
 * `npm run bench`: one training step of core's head beside the three matrix products that any head needs, written as plain
 * loops over float32 rows. Read the ratios; the times are this machine's.
 */
import { cpus } from 'node:os'
import { arcFace, marginLoss } from '@arcmargin/core'
import Table from 'cli-table3'
import { measure } from './measure.js'
import { gigaflops, type Shape, shapes } from './shapes.js'

/** Reproducible numbers in [-1, 1). */
const randomRows = (length: number): Float32Array => {
  let seed = 1
  return Float32Array.from({ length }, () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return seed / 2 ** 31 - 1
  })
}

/** The three products of a step as plain loops: cosines, then both gradients from them. */
const plainProducts = (
  { rows, dimension, classes }: Shape,
  x: Float32Array,
  w: Float32Array,
  cosines: Float32Array,
  dx: Float32Array,
  dw: Float32Array,
): void => {
  dx.fill(0)
  dw.fill(0)
  for (let row = 0; row < rows; row++) {
    for (let label = 0; label < classes; label++) {
      let sum = 0
      for (let d = 0; d < dimension; d++) {
        sum += (x[row * dimension + d] as number) * (w[label * dimension + d] as number)
      }
      cosines[row * classes + label] = sum
    }
  }
  for (let row = 0; row < rows; row++) {
    for (let label = 0; label < classes; label++) {
      const factor = cosines[row * classes + label] as number
      for (let d = 0; d < dimension; d++) {
        const [i, j] = [row * dimension + d, label * dimension + d]
        dx[i] = (dx[i] as number) + factor * (w[j] as number)
        dw[j] = (dw[j] as number) + factor * (x[i] as number)
      }
    }
  }
}

const compare = (shape: Shape): readonly (readonly string[])[] => {
  const { rows, dimension, classes } = shape
  const embeddings = randomRows(rows * dimension)
  const classWeights = randomRows(classes * dimension)
  const labels = Int32Array.from({ length: rows }, (_, row) => (row * 7919) % classes)
  const gradients = {
    embeddings: new Float32Array(embeddings.length),
    classWeights: new Float32Array(classWeights.length),
  }
  const cosines = new Float32Array(rows * classes)
  const loss = arcFace()
  const timings = measure(
    [
      {
        name: 'three products, plain loops',
        run: () =>
          plainProducts(
            shape,
            embeddings,
            classWeights,
            cosines,
            gradients.embeddings,
            gradients.classWeights,
          ),
      },
      {
        name: 'core, whole ArcFace step',
        run: () => marginLoss(loss, { embeddings, classWeights, labels, dimension }, { gradients }),
      },
    ],
    // Small shapes need more rounds before they are compiled.
    Math.max(5, Math.round(2 / gigaflops(shape))),
  )
  const baseline = timings[0]?.median ?? 1
  return timings.map(({ name, median, fastest, slowest }) => [
    shape.name,
    name,
    `${median.toFixed(1)} (${fastest.toFixed(1)} to ${slowest.toFixed(1)})`,
    (gigaflops(shape) / (median / 1000)).toFixed(2),
    `${(baseline / median).toFixed(2)}x`,
  ])
}

const table = new Table({
  head: ['shape', 'engine', 'ms a step', 'GFLOP/s', 'against loops'],
  style: { head: [], border: [] },
})
for (const shape of shapes) table.push(...compare(shape).map((row) => [...row]))
console.log(`${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.version}`)
console.log(table.toString())
