/**
 * How the command talks to the process of an engine: one line of JSON each way, on file descriptor 3, which no library prints on.
 * The same in `host.ts` and in `python/torch_host.py`.
 */
export type Command =
  /** Take `steps` steps and time them together. */
  | { readonly command: 'step'; readonly steps: number }
  /** Write both gradients of the last step into `folder`. */
  | { readonly command: 'finish'; readonly folder: string }

/** The problem is in memory. Sent unasked, once. */
export interface Ready {
  readonly versions: Readonly<Record<string, string>>
}

/** Mean of a turn's steps in ms; CPU time is that of all threads. */
export interface Turn {
  readonly wallMs: number
  readonly cpuMs: number
  /** Of the last step. */
  readonly loss: number
}

/** Peak resident memory of the process and what it started in MB (2^20 bytes), before it wrote the gradients. */
export interface Finished {
  readonly peakMb: number
  /** Of buffers on a GPU, where the engine runs on one. */
  readonly gpuMb?: number
  /** The classes whose gradients were written, where not all were. */
  readonly classes?: readonly number[]
  /** Whether the same step gave the same bits again, where that was tried. */
  readonly sameBits?: boolean
}

/** The engine cannot run on this machine; not a fault of the project. */
export interface Unavailable {
  readonly unavailable: string
}
