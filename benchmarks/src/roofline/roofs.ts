import { gpuPeak } from './gpu.js'
import { nativePeak } from './native.js'
import { simd128Peak } from './simd128.js'
import { twoThreads } from './two-threads.js'

/** What limits an engine: WebAssembly's four lanes without fused multiply-add, all that the CPU has, or plain matrix products on the GPU. */
export type RoofName = 'simd128' | 'native' | 'gpu'

/** GFLOP/s in float32: of one thread, or of the GPU. 0 where it was not asked for. */
export type Roofs = Readonly<Record<RoofName, number>> & {
  /** How many times as much two threads of SIMD128 do as one; 0 where they were not asked for. */
  readonly twoThreads: number
}

/** Measures limits again and again; a limit is the best that was ever seen. */
export interface Roofline {
  measure(): Promise<void>
  readonly best: Roofs
}

const peaks: Readonly<Record<RoofName, () => Promise<() => number | Promise<number>>>> = {
  simd128: simd128Peak,
  native: nativePeak,
  gpu: gpuPeak,
}

/** Prepares the measurements that the engines of a run need. They run in this process, between the turns of the engines. */
export const createRoofline = async (names: ReadonlySet<RoofName>): Promise<Roofline> => {
  const second = names.has('simd128') ? await twoThreads() : 0
  const best = { simd128: 0, native: 0, gpu: 0, twoThreads: second }
  const measures = await Promise.all(
    Array.from(names, async (name) => [name, await peaks[name]()] as const),
  )
  return {
    best,
    async measure() {
      for (const [name, peak] of measures) best[name] = Math.max(best[name], await peak())
    },
  }
}
