/** Open MPI cannot be used here; the message says how to install it. */
export class MpiUnavailableError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = new.target.name
  }
}

/** A call of Open MPI failed. */
export class MpiError extends Error {
  /** Open MPI's error code. */
  readonly code: number

  constructor(call: string, code: number) {
    super(`${call} failed with code ${code}`)
    this.name = new.target.name
    this.code = code
  }
}

/** Another process of the job refused its part of a step; nothing has been changed anywhere. */
export class PeerError extends Error {
  /** Which process. */
  readonly rank: number

  constructor(rank: number, message: string) {
    super(`rank ${rank} refused the step: ${message}`)
    this.name = new.target.name
    this.rank = rank
  }
}

/** A checkpoint that is missing, broken or another head's. */
export class CheckpointError extends Error {
  /** The file at fault. */
  readonly file: string

  constructor(file: string, problem: string, cause?: unknown) {
    super(`${file}: ${problem}`, { cause })
    this.name = new.target.name
    this.file = file
  }
}
