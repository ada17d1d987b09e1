import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

const seed = 20260102
const tableLength = (1 << 20) + 7

/** Uniform numbers in [-1, 1), of which long runs are copies: drawing gigabytes would take longer than the steps. */
const table = (() => {
  const generator = xoroshiro128plus(seed)
  return Float32Array.from({ length: tableLength }, () => 2 * uniformFloat32(generator) - 1)
})()

/** Fills an array that begins at value `first` of an endless one: always the same numbers, whoever asks. */
export const fillUniform = (first: number, target: Float32Array): void => {
  for (let done = 0; done < target.length; ) {
    const at = (first + done) % tableLength
    const run = table.subarray(at, at + target.length - done)
    target.set(run, done)
    done += run.length
  }
}
