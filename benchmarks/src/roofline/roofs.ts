import { nativePeak } from './native.js'
import { simd128Peak } from './simd128.js'

/** What limits an engine: WebAssembly's four lanes without fused multiply-add, or all that the CPU has. */
export type RoofName = 'simd128' | 'native'

/** GFLOP/s of one thread in float32. */
export type Roofs = Readonly<Record<RoofName, number>>

/** Measures both limits again and again; a limit is the best that was ever seen. */
export interface Roofline {
  measure(): Promise<void>
  readonly best: Roofs
}

/** Prepares the measurements. They run in this process, between the turns of the engines. */
export const createRoofline = async (): Promise<Roofline> => {
  const [simd128, native] = [await simd128Peak(), await nativePeak()]
  const best = { simd128: 0, native: 0 }
  return {
    best,
    async measure() {
      best.simd128 = Math.max(best.simd128, simd128())
      best.native = Math.max(best.native, await native())
    },
  }
}
