import type { Design } from '../head/design.js'
import type { Kernel } from '../wgsl/module.js'
import { accessTo } from '../wgsl/scope.js'

/** Tells the last kernels whether something was not finite, in which case the weights stay as they are. */
export const checkFlags = (design: Design): Kernel => ({
  name: 'check_flags',
  bindings: { rows: 'write f32', flags: 'write atomic' },
  threads: 1,
  body: `
  let found = atomicLoad(&flags[0]) | atomicLoad(&flags[1]);
  ${accessTo(design).slot('hyper', '15u')} = select(1f, 0f, found == 0u);`,
})
