import type { Design } from '../head/design.js'
import type { Kernel } from '../wgsl/module.js'
import { groupSize } from './reduce.js'

/** Entries of the list that a group of classes makes for a row: no more than it has classes. */
export const groupEntries = (k: number): number => Math.min(k, groupSize)

/** Places \`score\` and \`label\` in a list of \`entries\`, best first; of equal scores what came first stays ahead. */
const insert = (array: string, entries: number, base: string): string => `
      var place = ${entries}u;
      while (place > 0u) {
        if (score <= ${array}[${base} + 2u * (place - 1u) * size.padded]) { break; }
        place -= 1u;
        if (place + 1u < ${entries}u) {
          let old = ${base} + 2u * place * size.padded;
          ${array}[old + 2u * size.padded] = ${array}[old];
          ${array}[old + 3u * size.padded] = ${array}[old + size.padded];
        }
      }
      if (place < ${entries}u) {
        ${array}[${base} + 2u * place * size.padded] = score;
        ${array}[${base} + (2u * place + 1u) * size.padded] = label;
      }`

const clear = (array: string, entries: number, base: string): string =>
  `for (var i = 0u; i < ${entries}u; i++) { ${array}[${base} + 2u * i * size.padded] = lowest; }`

/** The best classes of a group for a row by their largest cosine over the sub-centers: [groups, entries, 2, rows] of score and class. */
export const topOfGroups = ({ subCenters }: Design, k: number): Kernel => {
  const entries = groupEntries(k)
  return {
    name: 'top_of_groups',
    bindings: { cosines: 'read f32', partials: 'write f32' },
    threads: 16,
    body: `
  let row = id.x;
  if (row >= size.padded) { return; }
  let base = id.y * ${2 * entries}u * size.padded + row;
  ${clear('partials', entries, 'base')}
  let begin = id.y * ${groupSize}u;
  let end = min(begin + ${groupSize}u, size.count);
  for (var lane = begin; lane < end; lane++) {
    var score = lowest;
    for (var k = 0u; k < ${subCenters}u; k++) {
      score = max(score, cosines[(size.place + lane * ${subCenters}u + k) * size.padded + row]);
    }
    score = clamp(score, -1f, 1f);
    let label = f32(size.first + lane);
    if (score > partials[base + ${2 * (entries - 1)}u * size.padded]) {${insert('partials', entries, 'base')}
    }
  }`,
  }
}

/** Brings the groups of a chunk, in their order, into the lists of the rows: [k, 2, rows]. */
export const topOfRows = (k: number): Kernel => {
  const entries = groupEntries(k)
  return {
    name: 'top_of_rows',
    bindings: { partials: 'read f32', top: 'write f32' },
    threads: 16,
    body: `
  let row = id.x;
  if (row >= size.padded) { return; }
  if (size.opens == 1u) { ${clear('top', k, 'row')} }
  let groups = (size.count + ${groupSize - 1}u) / ${groupSize}u;
  for (var group = 0u; group < groups; group++) {
    for (var i = 0u; i < ${entries}u; i++) {
      let at = (group * ${entries}u + i) * 2u * size.padded + row;
      let score = partials[at];
      if (score <= top[${2 * (k - 1)}u * size.padded + row]) { break; }
      let label = partials[at + size.padded];
      ${insert('top', k, 'row')}
    }
  }`,
  }
}
