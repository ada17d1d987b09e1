import Table from 'cli-table3'
import type { Recognition } from './evaluate.js'
import { type Experiment, experiments, isPairLoss } from './experiments.js'
import type { Gate } from './gates.js'
import { type ReferenceValue, reference } from './reference.js'
import { type Measure, type MetricsRow, type Summary, summarise } from './rows.js'

/** The final table: every measured mean with the reference's beside it. */
export const resultTable = (
  rows: readonly MetricsRow[],
  untrained: Recognition | undefined,
): string => {
  const table = new Table({
    head: heads,
    colAligns: heads.map((_, column) => (column === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    chars: plain,
  })
  if (untrained !== undefined) table.push(untrainedCells(untrained))
  const trained = experiments.filter(({ key }) => rows.some(({ loss }) => loss === key))
  let noisy = false
  let paired = false
  for (const experiment of trained) {
    if (isPairLoss(experiment.loss) && !paired) {
      paired = true
      table.push([{ content: 'pairs, 32 × 4', colSpan: 1 }])
    }
    if (experiment.wrongLabels > 0 && !noisy) {
      noisy = true
      table.push([{ content: '25 % wrong labels', colSpan: 1 }])
    }
    table.push(cells(rows, experiment))
  }
  return trimLines(table.toString())
}

const heads = [
  '',
  'rank-1',
  'ref.',
  'TAR@1e-2',
  'ref.',
  'TAR@1e-3',
  'ref.',
  'EER',
  'W-EC',
  'ref.',
  'W-Inter',
  'ref.',
  'Intra/Inter',
  'ref.',
  's',
]

/** Columns parted by two spaces, one line under the head. */
const plain = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '─',
  'mid-mid': '──',
  right: '',
  'right-mid': '',
  middle: '  ',
}

const trimLines = (text: string): string => text.replace(/[ ]+$/gm, '')

const untrainedCells = (recognition: Recognition): string[] => {
  const own = [recognition.rank1, recognition.tarAtFar1e2, recognition.tarAtFar1e3]
  const known = reference['untrained'] ?? {}
  return [
    'untrained',
    ...own.flatMap((rate, i) => {
      const measure = (['rank1', 'tarAtFar1e-2', 'tarAtFar1e-3'] as const)[i] as Measure
      return [(100 * rate).toFixed(1), formatReference(known[measure])]
    }),
    (100 * recognition.eer).toFixed(1),
  ]
}

const cells = (
  rows: readonly MetricsRow[],
  { key, title, loss, wrongLabels }: Experiment,
): string[] => {
  const known = reference[key] ?? {}
  const own = (measure: Measure): string => formatSummary(summarise(rows, key, measure))
  const plainMean = (measure: Measure): string => {
    const mean = summarise(rows, key, measure)?.mean
    return mean === undefined || Number.isNaN(mean) ? '' : mean.toFixed(1)
  }
  const pair = (measure: Measure): [string, string] => [
    own(measure),
    formatReference(known[measure]),
  ]
  const intraInter = `${plainMean('intra')}/${plainMean('inter')}`
  const knownIntraInter = `${formatReference(known.intra)}/${formatReference(known.inter)}`
  return [
    wrongLabels > 0 || isPairLoss(loss) ? `  ${title}` : title,
    ...pair('rank1'),
    ...pair('tarAtFar1e-2'),
    ...pair('tarAtFar1e-3'),
    own('eer'),
    plainMean('wEc'),
    formatReference(known.wEc),
    plainMean('wInter'),
    formatReference(known.wInter),
    intraInter,
    known.intra === undefined ? '' : knownIntraInter,
    summarise(rows, key, 'seconds')?.mean.toFixed(0) ?? '',
  ]
}

const formatSummary = (summary: Summary | undefined): string => {
  if (summary === undefined) return ''
  const { mean, deviation } = summary
  return deviation > 0 ? `${mean.toFixed(1)}±${deviation.toFixed(1)}` : mean.toFixed(1)
}

const formatReference = (value: ReferenceValue | undefined): string => value?.mean.toFixed(1) ?? ''

/** Each gate with what was measured. */
export const gateTable = (gates: readonly Gate[]): string => {
  const table = new Table({
    head: ['Must show (means over the seeds)', 'bound', 'measured', ''],
    colAligns: ['left', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    chars: plain,
  })
  for (const { claim, bound, measured, passed } of gates) {
    table.push([claim, bound, measured.toFixed(2), passed ? 'PASS' : 'FAIL'])
  }
  return trimLines(table.toString())
}

/** How to read the table, without flattery. */
export const notes: readonly string[] = [
  'Rates in %, angles in degrees, s: seconds of training. ref.: the same in PyTorch, mean of 3 seeds.',
  'Unseen emoji are compared by cosine; W-EC, W-Inter, Intra and Inter are those of the training set.',
  'Margins gain where false accepts are rare; EER barely moves, and CosFace and ArcFace tie.',
]
