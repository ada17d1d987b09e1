/** What the processes of a job are to time. */
export interface Task {
  readonly classes: number
  readonly dimension: number
  /** N, over all processes. */
  readonly rows: number
  /** Threads of each process. */
  readonly threads: number
  readonly repetitions: number
  /** Whether class weights and momentum live outside of WebAssembly's memory, which ends at 4 GiB. */
  readonly streamed: boolean
}

/** Steps of a head, as rank 0 reports them. Times are medians in seconds. */
export interface StepTimes {
  readonly processes: number
  readonly step: number
  /** Of the process that computes longest. */
  readonly computing: number
  /** The rest of the step: exchanges, and waiting for the slowest process. */
  readonly exchanging: number
  /** MB of all processes. */
  readonly memoryMb: number
  readonly loss: number
  /** What the last step exchanged. */
  readonly exchanges: readonly Exchange[]
}

/** One call of a collective. */
export interface Exchange {
  readonly kind: 'allReduce' | 'allGather'
  /** Of the whole result. */
  readonly bytes: number
}

/** A call of that many bytes takes that long. */
export interface TimedExchange extends Exchange {
  /** Median, of the slowest process. */
  readonly seconds: number
}

/** What a job is told. */
export type Job =
  | { readonly what: 'steps'; readonly task: Task }
  | { readonly what: 'exchanges'; readonly bytes: readonly number[] }
