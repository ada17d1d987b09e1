import type { Exchange, StepTimes, TimedExchange } from './task.js'

/** A call of n bytes takes about `latency + n · secondsAByte` on two processes. */
export interface Link {
  /** Seconds. */
  readonly latency: number
  readonly secondsAByte: number
}

/** Bytes that travel to or from one of two processes: all for a sum, half of what is gathered. */
const travelling = ({ kind, bytes }: Exchange): number => (kind === 'allReduce' ? bytes : bytes / 2)

/** Least squares of relative errors, so that small and large calls count alike. */
export const fitLink = (timed: readonly TimedExchange[]): Link => {
  let [ones, mixed, squares, right, rightMixed] = [0, 0, 0, 0, 0]
  for (const exchange of timed) {
    const [a, b] = [1 / exchange.seconds, travelling(exchange) / exchange.seconds]
    ones += a * a
    mixed += a * b
    squares += b * b
    right += a
    rightMixed += b
  }
  const determinant = ones * squares - mixed * mixed
  return {
    latency: Math.max(0, (right * squares - rightMixed * mixed) / determinant),
    secondsAByte: Math.max(0, (ones * rightMixed - mixed * right) / determinant),
  }
}

/** Largest |predicted / measured - 1| of a fit. */
export const worstMisfit = (link: Link, timed: readonly TimedExchange[]): number =>
  Math.max(
    ...timed.map((exchange) =>
      Math.abs((link.latency + travelling(exchange) * link.secondsAByte) / exchange.seconds - 1),
    ),
  )

/**
 * Seconds of a call on p processes, by the usual cost models of collectives (Thakur, Rabenseifner and Gropp, 2005): recursive
 * doubling for what is small, a ring for what is large.
 */
export const secondsOf = ({ kind, bytes }: Exchange, p: number, link: Link): number => {
  if (p === 1) return 0
  const { latency, secondsAByte } = link
  const rounds = Math.ceil(Math.log2(p))
  const share = ((p - 1) / p) * bytes * secondsAByte
  if (kind === 'allGather') return rounds * latency + share
  const doubling = rounds * (latency + bytes * secondsAByte)
  const ring = 2 * (p - 1) * latency + 2 * share
  return Math.min(doubling, ring)
}

/** What a head costs on one of the measured machines, and what it exchanges. */
export interface Head {
  readonly dimension: number
  /** Seconds a class weight's value: once a step, and once for each row. */
  readonly aStep: number
  readonly aRow: number
  /** Calls of a step; bytes are `fixed + aRow · rows`. */
  readonly calls: readonly {
    readonly kind: Exchange['kind']
    readonly fixed: number
    readonly aRow: number
  }[]
}

/** One measured size of batch. */
export interface MeasuredRows {
  readonly rows: number
  readonly times: StepTimes
}

/** A head from two batches of different size over the same classes. */
export const headOf = (
  classes: number,
  dimension: number,
  small: MeasuredRows,
  large: MeasuredRows,
): Head => {
  const values = classes * dimension
  const rows = large.rows - small.rows
  const aRow = (large.times.computing - small.times.computing) / rows / values
  return {
    dimension,
    aRow,
    aStep: Math.max(0, small.times.computing / values - aRow * small.rows),
    calls: large.times.exchanges.map(({ kind, bytes }, index) => {
      const slope = (bytes - (small.times.exchanges[index] as Exchange).bytes) / rows
      return { kind, aRow: slope, fixed: bytes - slope * large.rows }
    }),
  }
}

/** Seconds of a step over machines like the measured one. */
export const predict = (
  head: Head,
  classes: number,
  machines: number,
  rows: number,
  link: Link,
): { readonly computing: number; readonly exchanging: number } => ({
  computing: (classes / machines) * head.dimension * (head.aStep + head.aRow * rows),
  exchanging: head.calls.reduce((sum, { kind, fixed, aRow }) => {
    return sum + secondsOf({ kind, bytes: fixed + aRow * rows }, machines, link)
  }, 0),
})

/** Networks that the table is for. Latency and rate are assumed, not measured. */
export const networks: readonly (Link & { readonly name: string; readonly about: string })[] = [
  {
    name: '10 GbE',
    about: '30 µs a message, 1.15 GB/s (TCP)',
    latency: 30e-6,
    secondsAByte: 1 / 1.15e9,
  },
  {
    name: '100 GbE',
    about: '10 µs a message, 11 GB/s',
    latency: 10e-6,
    secondsAByte: 1 / 11e9,
  },
]

/** A network behind the measured way through a process: both latencies and both transfers, one after the other. */
export const behind = (local: Link, network: Link): Link => ({
  latency: local.latency + network.latency,
  secondsAByte: local.secondsAByte + network.secondsAByte,
})
