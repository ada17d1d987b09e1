import type { Design } from '../head/design.js'
import type { Kernel } from '../wgsl/module.js'
import { weightAccess } from '../wgsl/scope.js'

/** Columns that lie along y in a dispatch over classes and their values. */
export const columnsAlongY = 32768

/** Partial FC: copies the classes of a step out of the bound weights (or moments) into a block of their own, or back. */
export const moveSubset = (
  design: Design,
  direction: 'gather' | 'scatter',
  array: 'weights' | 'moments',
): Kernel => {
  const kind = array === 'weights' ? weightAccess(design).kind : 'vec4'
  const { quads, subCenters, scalars, tables, classTables } = design
  const width = quads * subCenters
  const [compact, whole] = ['block[column * width + id.x]', 'source[u32(at) * width + id.x]']
  return {
    name: `${direction}_${array}`,
    bindings: {
      inputs: 'read f32',
      source: direction === 'gather' ? `read ${kind}` : `write ${kind}`,
      block: direction === 'gather' ? `write ${kind}` : `read ${kind}`,
    },
    threads: 32,
    body: `
  let width = ${width}u;
  let column = id.z * ${columnsAlongY}u + id.y;
  if ((id.x >= width) | (column >= size.columns)) { return; }
  let label = i32(inputs[${scalars.length}u + ${tables.length}u * size.padded + ${classTables.length}u * size.columns + column]);
  let at = label - i32(size.first);
  if ((at < 0) | (at >= i32(size.count))) { return; }
  ${direction === 'gather' ? `${compact} = ${whole};` : `${whole} = ${compact};`}`,
  }
}
