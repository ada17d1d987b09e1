import createWabt from 'wabt'

const [multiplied, added] = [6, 6]
const iterations = 250_000
const calls = 32
/** In MFLOP: four lanes a register. */
const workOfCall = (iterations * 4 * (multiplied + added)) / 1e6

const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `$${prefix}${i}`)

/**
 * Multiplications and additions of four lanes on independent registers: nothing waits for memory or for another result. Twelve
 * chains hide the latency of both operations on current CPUs, and with two operands they fit into 16 registers.
 */
const source = (() => {
  const [products, sums] = [names('product', multiplied), names('sum', added)]
  return `(module (func (export "run") (param $left i32) (result f32)
    (local $factor v128) (local $term v128)
    ${[...products, ...sums].map((name) => `(local ${name} v128)`).join(' ')}
    (local.set $factor (f32x4.splat (f32.const 1.0000001)))
    (local.set $term (f32x4.splat (f32.const 0.5)))
    ${products.map((name, i) => `(local.set ${name} (f32x4.splat (f32.const ${i + 1})))`).join(' ')}
    (loop $again
      ${products
        .map(
          (name, i) => `
      (local.set ${name} (f32x4.mul (local.get ${name}) (local.get $factor)))
      (local.set ${sums[i]} (f32x4.add (local.get ${sums[i]}) (local.get $term)))`,
        )
        .join('')}
      (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (f32x4.extract_lane 0 ${[...products, ...sums]
      .map((name) => `(local.get ${name})`)
      .reduce((sum, one) => `(f32x4.add ${sum} ${one})`)})))`
})()

/** Compiles the loop. */
export const compilePeak = async (): Promise<WebAssembly.Module> => {
  const wabt = await createWabt()
  const text = wabt.parseWat('peak.wat', source, { simd: true })
  const { buffer } = text.toBinary({})
  text.destroy()
  return WebAssembly.compile(buffer as Uint8Array<ArrayBuffer>)
}

/** Prepares the measurement of what one thread of WebAssembly SIMD128 can do at best: GFLOP/s in float32. */
export const simd128Peak = async (): Promise<() => number> => {
  const { exports } = new WebAssembly.Instance(await compilePeak())
  const run = exports['run'] as (iterations: number) => number
  return () => {
    let fastest = Infinity
    for (let call = 0; call < calls; call++) {
      const start = performance.now()
      run(iterations)
      fastest = Math.min(fastest, performance.now() - start)
    }
    return workOfCall / fastest
  }
}
