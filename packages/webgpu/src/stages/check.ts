import { type Design, refusalRow } from '../head/design.js'
import type { Kernel } from '../wgsl/module.js'
import { accessTo } from '../wgsl/scope.js'

/**
 * Flags the first row whose loss, target term or regulariser is not finite, or so far out that a function has reached its end (see
 * functions.ts), and tells the last kernels whether anything was flagged: then the weights stay as they are.
 */
export const checkFlags = (design: Design): Kernel => {
  const { slot } = accessTo(design)
  const names = ['loss', 'term', ...(design.derived.sample ? ['sample'] : [])]
  const found = names.map((name) => `((bitcast<u32>(${slot(name)}) & 0x7fffffffu) > 0x7e967699u)`)
  return {
    name: 'check_flags',
    bindings: { rows: 'write f32', flags: 'write atomic' },
    threads: 16,
    body: `
  let row = id.x;
  if (row >= size.padded) { return; }
  // 1e38. By the bits: compilers may take it that there is no NaN.
  let faulty = (${slot('own')} >= 0) & (${found.join(' | ')});
  if (faulty) { atomicMax(&flags[2], 0xffffffffu - row); }
  // All who write it write the same.
  let input = atomicLoad(&flags[0]) | atomicLoad(&flags[1]);
  if (faulty | (input != 0u)) { ${slot('hyper', refusalRow)} = 1; }`,
  }
}
