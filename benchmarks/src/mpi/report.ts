import type { Machine } from '../machine.js'
import { columns } from '../report/columns.js'
import { figure } from '../report/figure.js'
import { behind, fitLink, headOf, networks, predict, worstMisfit } from './model.js'
import type { Measured, Run } from './plan.js'

const machinesOfTable = [2, 4, 8, 16, 32, 64]
const classesOfTable = [1e6, 1e7, 1e8]
const rowsAMachine = 128

/** How many times the first run's classes a second each run gets through. */
const runTable = (title: string, runs: readonly Run[]): string => {
  const rate = ({ task, times }: Run): number => task.classes / times.step
  return columns(
    [title, 'classes', 'step s', 'computing', 'exchanging', 'times the first', 'MB'],
    runs.map((run) => [
      `${run.times.processes} ${run.times.processes > 1 ? 'processes' : 'process'}, ${run.task.threads === 1 ? 'a thread each' : `${run.task.threads} threads`}`,
      `${run.task.classes}`,
      figure(run.times.step),
      figure(run.times.computing),
      figure(run.times.exchanging),
      (rate(run) / rate(runs[0] as Run)).toFixed(2),
      run.times.memoryMb.toFixed(0),
    ]),
  )
}

const exchangeTable = ({ exchanges }: Measured): string =>
  columns(
    ['bytes of the result', 'allReduce µs', 'allGather µs'],
    [...new Set(exchanges.map(({ bytes }) => bytes))].map((bytes) => [
      `${bytes}`,
      ...(['allReduce', 'allGather'] as const).map((kind) =>
        figure(
          1e6 * (exchanges.find((one) => one.kind === kind && one.bytes === bytes)?.seconds ?? 0),
        ),
      ),
    ]),
  )

const microseconds = (seconds: number): string => `${figure(1e6 * seconds)} µs`

/** What the measurements say of machines like this one, joined by a network. */
const modelTable = (measured: Measured, { memoryGb }: Machine): string => {
  const { strong, halfRows, exchanges } = measured
  const { task, times } = strong.at(-1) as Run
  const { dimension, classes } = task
  const local = fitLink(exchanges)
  const head = headOf(
    classes,
    dimension,
    { rows: halfRows.task.rows, times: halfRows.times },
    { rows: task.rows, times },
  )
  if (!(head.aRow > 0)) {
    return 'No model: half the rows took as long as all, so something else kept this machine busy.'
  }
  const rows = classesOfTable.flatMap((count) =>
    machinesOfTable.map((machines) => {
      const gigabytes = (8 * dimension * count) / machines / 1e9
      const predicted = networks.map((network) =>
        predict(head, count, machines, rowsAMachine * machines, behind(local, network)),
      )
      const cells = predicted.flatMap(({ computing, exchanging }) => [
        figure(computing + exchanging),
        `${((100 * exchanging) / (computing + exchanging)).toFixed(0)} %`,
      ])
      return [
        `${machines} machines, ${count / 1e6} M classes`,
        `${figure(gigabytes)}${gigabytes > memoryGb ? ' (more than this machine has)' : ''}`,
        figure(predicted[0]?.computing ?? 0),
        ...cells,
      ]
    }),
  )
  const heads = networks.flatMap(({ name }) => [`${name}: step s`, 'exchanging'])
  return [
    'A MODEL, not a measurement: machines like this one, one process with both cores on each.',
    `Measured and fitted here: a call takes ${microseconds(local.latency)} + ${figure(1e9 * local.secondsAByte)} ns a byte (off by at most ${(100 * worstMisfit(local, exchanges)).toFixed(0)} %);`,
    `computing takes ${figure(1e12 * head.aStep)} + ${figure(1e12 * head.aRow)}·N ps a value of the class weights, of ${task.rows} and ${halfRows.task.rows} rows; a step makes ${head.calls.length} calls, whose bytes were recorded.`,
    `Assumed: ${networks.map(({ name, about }) => `${name} ${about}`).join('; ')}, behind the measured way through a process; recursive doubling or a ring,`,
    `whichever is faster; nothing overlaps; ${rowsAMachine} rows a machine, D = ${dimension}, SGD with momentum; no machine is slower than the others.`,
    '',
    columns(['model', 'GB a machine', 'computing s', ...heads], rows),
  ].join('\n')
}

/** All tables. */
export const report = (measured: Measured, machine: Machine): string => {
  const { cpu, cores, memoryGb, system, loadBefore, loadAfter } = machine
  const { task } = measured.strong[0] as Run
  return [
    `${cpu}, ${cores} cores, ${memoryGb} GB, ${system}\nload ${loadBefore} before, ${loadAfter} after\nArcFace, SGD with momentum in the step, N ${task.rows}, D ${task.dimension}; medians`,
    runTable('strong scaling', measured.strong),
    runTable('weak scaling', measured.weak),
    ...(measured.full.length > 0 ? [runTable('memory filled', measured.full)] : []),
    exchangeTable(measured),
    modelTable(measured, machine),
  ].join('\n\n')
}
