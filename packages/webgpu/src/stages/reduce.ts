import { inputsOf } from '@arcmargin/core'
import type { Design } from '../head/design.js'
import { emit } from '../wgsl/emit.js'
import { accessOverClasses } from '../wgsl/loops.js'
import type { Kernel } from '../wgsl/module.js'
import { type Access, accessTo } from '../wgsl/scope.js'
import { enterLane, laneBindings } from './lane.js'
import { range } from './product.js'

/** Classes whose part of a row's sums one thread computes. */
export const groupSize = 128

/** Values of a group's part: largest logit, sum, best score, best column. */
export const partialWidth = 4

/** Whether the loss is one value for the batch. */
export const isClasswise = ({ resolved }: Design): boolean => resolved.reduction === 'classwise'

const isSoftmax = ({ resolved: { reduction } }: Design): boolean =>
  reduction === 'softmax' || reduction === 'softmaxOthers'

/** Adds `logit` to a running (largest, sum of exponentials) of such a name, with one exponential whichever is larger. */
const addLogit = (logit: string, name = ''): string => `
      let lead = ${logit} - largest${name};
      let ratio = exponential(-abs(lead));
      sum${name} = select(sum${name} + ratio, sum${name} * ratio + 1, lead > 0);
      largest${name} = select(largest${name}, ${logit}, lead > 0);`

/** log(e^inside + Σ) = shift + rest, and Σ's share in it; \`largest\` and \`sum\` are those of Σ. */
const logSum = (inside: string): string => `
  let shift = max(largest, ${inside});
  let lead = largest - ${inside};
  var rest = 0f;
  var share = 0f;
  if (lead <= 0) {
    let scaled = sum * exponential(lead);
    rest = ln1p(scaled);
    share = scaled / (scaled + 1);
  } else {
    let scaled = exponential(-lead);
    rest = ln(sum + scaled);
    share = sum / (sum + scaled);
  }`

/** Stage 4 for a group of a chunk's classes and four rows: their parts of the sums over the non-targets, and the best class. */
export const reduceGroups = (design: Design): Kernel => {
  const { derived, resolved, subCenters } = design
  const formulas = [derived.other.value]
  const { statements, results } = emit(formulas)
  // Where |w| is part of the logit it decides the class as well.
  const score = inputsOf(resolved.other).has('weightNorm') ? 'laneCosine * laneNorm' : 'laneCosine'
  const rows = range(4).map((r) => {
    const access = accessOverClasses(design, `row${r}`)
    const own = `i32(${access.table('row column')})`
    const add = isSoftmax(design) ? addLogit(`${results[0]}`, `${r}`) : `sum${r} += ${results[0]};`
    const each = `{
      let row = row${r};
      ${enterLane(design, formulas, access, (k) => `four${k}[${r}]`)}
      let score = ${score};
      let isBetter = score > bestScore${r};
      bestScore${r} = select(bestScore${r}, score, isBetter);
      best${r} = select(best${r}, size.first + lane, isBetter);
      ${statements}
      if (column != own${r}) { ${add} }
    }`
    const front = `let row${r} = 4u * quad + ${r}u; ${access.declarations()}
  let own${r} = ${own};
  var largest${r} = lowest; var sum${r} = 0f; var bestScore${r} = lowest; var best${r} = 0u;`
    return { front, each }
  })
  const part = (name: string, none: string): string =>
    `select(vec4(${range(4)
      .map((r) => `f32(${name}${r})`)
      .join(', ')}), vec4<f32>(${none}), ignored)`
  return {
    name: 'reduce_groups',
    bindings: {
      ...laneBindings(design, formulas, 'read vec4', 'read vec4'),
      partials: 'write vec4',
    },
    threads: 16,
    body: `
  let quad = id.x;
  let rowQuads = size.padded / 4u;
  if (quad >= rowQuads) { return; }
  ${rows.map(({ front }) => front).join('\n  ')}
  let begin = id.y * ${groupSize}u;
  let end = min(begin + ${groupSize}u, size.count);
  for (var lane = begin; lane < end; lane++) {
    let firstVector = size.place + lane * ${subCenters}u;
    ${range(subCenters)
      .map((k) => `let four${k} = cosines[(firstVector + ${k}u) * rowQuads + quad];`)
      .join('\n    ')}
    ${rows.map(({ each }) => each).join('\n    ')}
  }
  // Rows that are ignored or fill the last tile have no part in anything.
  let ignored = vec4(${range(4)
    .map((r) => `own${r} < 0`)
    .join(', ')});
  let at = id.y * ${partialWidth}u * rowQuads + quad;
  partials[at] = ${part('largest', 'lowest')};
  partials[at + rowQuads] = ${part('sum', '0')};
  partials[at + 2u * rowQuads] = ${part('bestScore', 'lowest')};
  partials[at + 3u * rowQuads] = ${part('best', '0')};`,
  }
}

/** Brings the groups of a chunk together, in their order. */
export const combineGroups = (design: Design): Kernel => {
  const { slot } = accessTo(design)
  const add = isSoftmax(design)
    ? `
    if (partialSum > 0) {
      if (found > largest) {
        sum = sum * exponential(largest - found) + partialSum;
        largest = found;
      } else { sum += partialSum * exponential(found - largest); }
    }`
    : 'sum += partialSum;'
  return {
    name: 'combine_groups',
    bindings: { rows: 'write f32', partials: 'read f32' },
    threads: 16,
    body: `
  let row = id.x;
  if (row >= size.padded) { return; }
  let opens = size.opens == 1u;
  var largest = select(${slot('largest')}, lowest, opens);
  var sum = select(${slot('sum')}, 0f, opens);
  var bestScore = select(${slot('bestScore')}, lowest, opens);
  var best = select(${slot('best')}, 0f, opens);
  let groups = (size.count + ${groupSize - 1}u) / ${groupSize}u;
  for (var group = 0u; group < groups; group++) {
    let at = group * ${partialWidth}u * size.padded + row;
    let found = partials[at];
    let partialSum = partials[at + size.padded];
    let score = partials[at + 2u * size.padded];
    ${add}
    if (score > bestScore) {
      bestScore = score;
      best = partials[at + 3u * size.padded];
    }
  }
  ${slot('largest')} = largest;
  ${slot('sum')} = sum;
  ${slot('bestScore')} = bestScore;
  ${slot('best')} = best;`,
  }
}

/** The end of stage 4: each row's loss and d loss / d target term. */
export const finishRows = (design: Design): Kernel => {
  const { slot, table } = accessTo(design)
  const inside = design.resolved.reduction === 'softmaxOthers' ? 'lowest' : 'term'
  const softmax = `
  // A class alone has nothing to be told from.
  if (sum == 0) { return; }
  ${logSum(inside)}
  ${slot('loss')} = (shift - term) + rest;
  ${slot('factor')} = -share;
  ${slot('shift')} = shift;
  ${slot('rest')} = rest;`
  const separable = `
  ${slot('loss')} = sum + term;
  ${slot('factor')} = 1;`
  return {
    name: 'finish_rows',
    bindings: { inputs: 'read f32', rows: 'write f32' },
    threads: 16,
    body: `
  let row = id.x;
  if (row >= size.padded) { return; }
  ${slot('loss')} = 0;
  ${slot('factor')} = 0;
  ${slot('shift')} = 0;
  ${slot('rest')} = 0;
  if (${table('row column')} < 0) { return; }
  let term = ${slot('term')};
  let largest = ${slot('largest')};
  let sum = ${slot('sum')};
  ${isSoftmax(design) ? softmax : separable}`,
  }
}

/** Classwise reduction of a chunk: log(1 + Σ e^logit) over the rows of other classes, in two parts, for each class. */
export const reduceClasses = (design: Design): Kernel => {
  const { derived } = design
  const { table } = accessTo(design)
  const formulas = [derived.other.value]
  const { statements, results } = emit(formulas)
  return {
    name: 'reduce_classes',
    bindings: { ...laneBindings(design, formulas, 'read f32', 'read vec4'), totals: 'write f32' },
    threads: 64,
    body: `
  let lane = id.x;
  if (lane >= size.count) { return; }
  var largest = lowest;
  var sum = 0f;
  for (var row = 0u; row < size.rows; row++) {
    let own = i32(${table('row column')});
    ${enterLane(design, formulas, accessTo(design))}
    ${statements}
    if ((own >= 0) & (own != column)) { ${addLogit(`${results[0]}`)} }
  }
  ${logSum('0f')}
  totals[2u * (size.first + lane)] = shift;
  totals[2u * (size.first + lane) + 1u] = rest;`,
  }
}

/** Classwise end: each row's share in the mean over classes with samples, and a part of the mean over all classes. */
export const finishClasses = (design: Design): Kernel => {
  const { slot, table, scalar } = accessTo(design)
  return {
    name: 'finish_classes',
    bindings: { inputs: 'read f32', rows: 'write f32', totals: 'read f32' },
    threads: 16,
    body: `
  let row = id.x;
  if (row >= size.padded) { return; }
  var repel = 0f;
  for (var c = row; c < size.columns; c += size.padded) { repel += totals[2u * c] + totals[2u * c + 1u]; }
  ${slot('repel')} = repel;
  ${slot('loss')} = 0;
  ${slot('factor')} = 0;
  let own = ${table('row column')};
  if (own < 0) { return; }
  var largest = lowest;
  var sum = 0f;
  var alike = 0f;
  for (var i = 0u; i < size.rows; i++) {
    if (${table('row column', 'i')} != own) { continue; }
    alike += 1;
    let logit = ${slot('term', 'i')};
    ${addLogit('logit')}
  }
  ${logSum('0f')}
  ${slot('loss')} = (shift + rest) / (alike * ${scalar('classes present')});
  ${slot('factor')} = exponential((${slot('term')} - shift) - rest) / ${scalar('classes present')};`,
  }
}

/** d loss / d (logit or term) of a non-target, by the formula's value; stage 5 begins with it. */
export const othersFactor = ({ resolved }: Design, value: string, access: Access): string => {
  const { slot, total } = access
  const scale = slot('scale')
  if (typeof resolved.reduction === 'object') return scale
  return resolved.reduction === 'classwise'
    ? `(${scale} * exponential((${value} - ${total(0)}) - ${total(1)}) / f32(size.columns))`
    : `(${scale} * exponential((${value} - ${slot('shift')}) - ${slot('rest')}))`
}
