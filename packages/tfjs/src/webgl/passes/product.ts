import type * as tf from '@tensorflow/tfjs-core'
import { plainTexture, run, type WebGlBackend } from '../program.js'

/** Where along an axis of a matrix a texel is read: at the output's row or column, or along the sum. */
type Place = 'row' | 'column' | 'k'

/** The products of two matrices of which one, or none, is turned: where texels of both are read, and what they add. */
const kinds: Readonly<
  Record<
    'byRows' | 'plain' | 'byColumns',
    {
      readonly a: readonly [Place, Place]
      readonly b: readonly [Place, Place]
      readonly terms: readonly [string, string]
    }
  >
> = {
  byRows: {
    a: ['row', 'k'],
    b: ['column', 'k'],
    terms: ['a.xxzz * b.xzxz', 'a.yyww * b.ywyw'],
  },
  plain: {
    a: ['row', 'k'],
    b: ['k', 'column'],
    terms: ['a.xxzz * b.xyxy', 'a.yyww * b.zwzw'],
  },
  byColumns: {
    a: ['k', 'row'],
    b: ['k', 'column'],
    terms: ['a.xxyy * b.xyxy', 'a.zzww * b.zwzw'],
  },
}

/**
 * How a matrix is read. TensorFlow.js's own way divides for every texel; in a texture of the matrix's shape what does not move along the
 * sum is computed once, and the rest is a product.
 */
const reader = (
  backend: WebGlBackend,
  name: string,
  matrix: tf.TensorInfo,
  places: readonly [Place, Place],
): { readonly before: string; readonly texel: (k: string) => string } => {
  const texture = plainTexture(backend, matrix)
  if (!texture) {
    const at = (k: string): string =>
      places.map((place) => `2 * ${place === 'k' ? k : place}`).join(', ')
    return { before: '', texel: (k) => `get${name}(${at(k)})` }
  }
  const center = (place: string, axis: number): string =>
    `(float(${place}) + 0.5) * ${(1 / (texture[axis] as number)).toExponential()}`
  const fixed = places[0] === 'k' ? 1 : 0
  const own = `center${name}`
  return {
    before: `float ${own} = ${center(places[fixed], fixed)};`,
    texel: (k) => {
      const along = center(k, 1 - fixed)
      // Columns come first in a texture.
      return `texture(${name}, vec2(${fixed === 0 ? `${along}, ${own}` : `${own}, ${along}`}))`
    },
  }
}

/** Texels along the sum that are taken in one turn of the loop. */
const unrolled = 4

/** Turns whose terms are added up before they go to the sum, so that long sums keep their digits. */
const turns = 16

/**
 * A matrix product: `byRows` [N, D] by [C, D] to [N, C], `plain` [N, C] by [C, D] to [N, D], `byColumns` [N, C] by [N, D] to [C, D].
 * Beyond their shapes the matrices are 0.
 */
export const product = (
  backend: WebGlBackend,
  kind: keyof typeof kinds,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
): tf.TensorInfo => {
  const { terms, ...places } = kinds[kind]
  const sizeOf = ({ shape }: tf.TensorInfo, own: readonly Place[], place: Place): number =>
    shape[own.indexOf(place)] as number
  const texels = Math.ceil(sizeOf(a, places.a, 'k') / 2)
  const [readA, readB] = [reader(backend, 'A', a, places.a), reader(backend, 'B', b, places.b)]
  const step = (k: string): string => `{
      vec4 a = ${readA.texel(k)};
      vec4 b = ${readB.texel(k)};
      part += ${terms[0]};
      part += ${terms[1]};
    }`
  const steps = Array.from({ length: unrolled }, (_, index) => step(`(k + ${index})`))
  const whole = texels - (texels % unrolled)
  const partLength = unrolled * turns
  return run(backend, {
    shape: [sizeOf(a, places.a, 'row'), sizeOf(b, places.b, 'column')],
    inputs: { A: a, B: b },
    main: `int row = at.x / 2;
  int column = at.y / 2;
  ${readA.before}
  ${readB.before}
  vec4 result = zero;
  vec4 part = zero;
  for (int k = 0; k < ${whole}; k += ${unrolled}) {
    ${steps.join('\n    ')}
    if (k % ${partLength} == ${partLength - unrolled}) {
      result += part;
      part = zero;
    }
  }
  for (int k = ${whole}; k < ${texels}; k++) ${step('k')}
  result += part;`,
  })
}
