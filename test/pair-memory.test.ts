/** Pairs are streamed: 17 million of them, in a process of its own. */
import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { root } from './files.js'

/** Prints by how many MB the process grew, and the number of negative pairs. */
const program = `
import { ntXent, pairLoss } from '@arcmargin/core/pairs'
const [rows, dimension] = [4096, 8]
const embeddings = Float32Array.from({ length: rows * dimension }, (_, at) => Math.sin(at * at))
const labels = Array.from({ length: rows }, (_, row) => row >> 2)
const few = { embeddings: embeddings.slice(0, 64 * dimension), labels: labels.slice(0, 64), dimension }
for (let warm = 0; warm < 20; warm++) pairLoss(ntXent(), few, { gradients: true })
const before = process.resourceUsage().maxRSS
const { counts } = pairLoss(ntXent(), { embeddings, labels, dimension }, { gradients: true })
console.log((process.resourceUsage().maxRSS - before) / 1024, counts.negativePairs)
`

it('keeps nothing of the size of its pairs', () => {
  const options = ['--conditions=@arcmargin/source', '--import', 'tsx', '--input-type=module', '-e']
  const printed = execFileSync(process.execPath, [...options, program], { cwd: root })
  const [megabytes = Number.NaN, pairs] = printed.toString().trim().split(' ').map(Number)
  expect(pairs).toBe(4096 * 4092)
  // One number a pair would be 134 MB.
  expect(megabytes).toBeLessThan(100)
})
