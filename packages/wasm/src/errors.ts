/** WebAssembly code may not be compiled here, or not with the features that the kernels use. `cause` is what the engine said. */
export class WebAssemblyUnavailableError extends Error {
  constructor(problem: string, cause?: unknown) {
    super(problem, { cause })
    this.name = new.target.name
  }
}

/** A head needs more memory than 32-bit WebAssembly has, or than the engine gives. Nothing has been allocated. */
export class MemoryError extends Error {
  /** Bytes that are needed. */
  readonly needed: number
  /** Bytes that there may be. */
  readonly allowed: number

  constructor(needed: number, allowed: number, cause?: unknown) {
    super(
      `the head needs ${needed} bytes of WebAssembly memory; allowed: ${allowed}. Stream the class weights with \`source\`, or split the classes`,
      { cause },
    )
    this.name = new.target.name
    this.needed = needed
    this.allowed = allowed
  }
}

/** A worker thread ended or failed during a step, for the reason in `cause`. */
export class WorkerError extends Error {
  constructor(problem: string, cause: unknown) {
    super(problem, { cause })
    this.name = new.target.name
  }
}
