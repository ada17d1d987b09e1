import { mpi } from '@arcmargin/mpi'
import { CommanderError } from 'commander'
import { type Options, readOptions } from './options.js'
import { type Summary, train } from './train.js'

const describe = (summary: Summary): string => {
  const milliseconds = (seconds: number): string => (1000 * seconds).toFixed(1)
  return [
    `${summary.processes} processes, ${summary.classes} classes, ${summary.steps} steps`,
    `loss ${summary.loss.toFixed(4)}, rank-1 ${(100 * summary.accuracy).toFixed(1)} %`,
    `${milliseconds(summary.computing)} ms a step computing, ${milliseconds(summary.exchanging)} ms exchanging (rank 0)`,
    `${summary.peakMb} MB in the largest process`,
  ].join('\n')
}

/** The options, or undefined where help or an error has been printed: by rank 0 alone. */
const optionsFor = (rank: number): Options | undefined => {
  try {
    return readOptions(process.argv.slice(2), (text) => {
      if (rank === 0) process.stderr.write(text)
    })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    process.exitCode = error.exitCode === 0 ? 0 : 2
    return undefined
  }
}

const collective = mpi()
const options = optionsFor(collective.rank)
if (options) {
  const summary = await train(collective, options)
  if (collective.rank === 0) {
    process.stdout.write(`${options.json ? JSON.stringify(summary) : describe(summary)}\n`)
  }
}
collective.close()
