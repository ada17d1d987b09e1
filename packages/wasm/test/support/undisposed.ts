/** A program that makes a head, uses it and forgets it. */
import { arcFace, MarginHead } from '@arcmargin/wasm'

const weights = Float32Array.from({ length: 40 }, (_, i) => Math.sin(i))
const head = await MarginHead.create({
  loss: arcFace(),
  classes: 10,
  dimension: 4,
  weights,
  threads: 2,
})
await head.step({ embeddings: weights.slice(0, 8), labels: [0, 1] })
console.log(`${head.threads} threads`)
