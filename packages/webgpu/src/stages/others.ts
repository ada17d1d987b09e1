import type { Expression } from '@arcmargin/core'
import type { Design } from '../head/design.js'
import { emit } from '../wgsl/emit.js'
import { accessOverClasses } from '../wgsl/loops.js'
import type { Kernel } from '../wgsl/module.js'
import { accessTo } from '../wgsl/scope.js'
import { enterLane, laneBindings } from './lane.js'
import { groupSize, isClasswise, othersFactor } from './reduce.js'

/** Sums over a row's other classes, by the name of their slot. */
export interface OtherSums {
  readonly name: 'statistics' | 'slopes'
  readonly formulas: Readonly<Record<string, Expression>>
}

/** Statistics over the negatives, before the logits and without gradient: sums, and how many count. */
export const negativeStatistics = ({ resolved }: Design): OtherSums => ({
  name: 'statistics',
  formulas: Object.fromEntries(
    Object.entries(resolved.negatives).flatMap(([name, { of, counts }]) => [
      [`negative ${name}`, of],
      [`counted ${name}`, counts],
    ]),
  ),
})

/** Slopes of the other logits by what belongs to the row, times d loss / d logit. */
export const otherSlopes = ({ rowSums }: Design): OtherSums => ({
  name: 'slopes',
  formulas: rowSums,
})

/** Sums over a group of a chunk's classes for a row. */
export const sumGroups = (design: Design, { name, formulas }: OtherSums): Kernel => {
  const { derived } = design
  const access = accessOverClasses(design)
  const values = Object.values(formulas)
  const weighted = name === 'slopes'
  const all = weighted ? [derived.other.value, ...values] : values
  const { statements, results } = emit(all)
  const own = weighted ? results.slice(1) : results
  const column = `i32(${access.table('row column')})`
  const each = enterLane(design, all, access)
  const factor = weighted ? `let factor = ${othersFactor(design, `${results[0]}`, access)};` : ''
  return {
    name: `sum_${name}`,
    bindings: {
      ...laneBindings(design, all, 'read f32', 'read vec4'),
      partials: 'write f32',
      ...(weighted && isClasswise(design) ? { totals: 'read f32' as const } : {}),
    },
    threads: 16,
    body: `
  let row = id.x;
  if (row >= size.padded) { return; }
  ${access.declarations()}
  let own = ${column};
  ${own.map((_, index) => `var sum${index} = 0f;`).join(' ')}
  let begin = id.y * ${groupSize}u;
  let end = min(begin + ${groupSize}u, size.count);
  if (own >= 0) {
    for (var lane = begin; lane < end; lane++) {
      ${each}
      if (column == own) { continue; }
      ${statements}
      ${factor}
      ${own.map((value, index) => `sum${index} += ${weighted ? `counted(factor, ${value})` : value};`).join('\n      ')}
    }
  }
  let at = id.y * ${own.length}u * size.padded + row;
  ${own.map((_, index) => `partials[at + ${index}u * size.padded] = sum${index};`).join('\n  ')}`,
  }
}

/** Brings the groups' sums together, in their order. */
export const combineSums = (design: Design, { name, formulas }: OtherSums): Kernel => {
  const { slot } = accessTo(design)
  const names = Object.keys(formulas)
  return {
    name: `combine_${name}`,
    bindings: { rows: 'write f32', partials: 'read f32' },
    threads: 16,
    body: `
  let row = id.x;
  if (row >= size.padded) { return; }
  let groups = (size.count + ${groupSize - 1}u) / ${groupSize}u;
  ${names
    .map(
      (sum, index) => `{
    var total = select(${slot(sum)}, 0f, size.opens == 1u);
    for (var group = 0u; group < groups; group++) { total += partials[(group * ${names.length}u + ${index}u) * size.padded + row]; }
    ${slot(sum)} = total;
  }`,
    )
    .join('\n  ')}`,
  }
}

/** Turns sums into means, where a statistic is one. */
export const averageStatistics = (design: Design): Kernel | undefined => {
  const { slot } = accessTo(design)
  const means = Object.entries(design.resolved.negatives).filter(
    ([, { reduce }]) => reduce === 'mean',
  )
  if (means.length === 0) return undefined
  return {
    name: 'average_statistics',
    bindings: { rows: 'write f32' },
    threads: 16,
    body: `
  let row = id.x;
  if (row >= size.padded) { return; }
  ${means.map(([name]) => `${slot(`negative ${name}`)} /= max(${slot(`counted ${name}`)}, 1f);`).join('\n  ')}`,
  }
}
