/** WebAssembly code may not be compiled here, or not with the features that the kernels use. `cause` is what the engine said. */
export class WebAssemblyUnavailableError extends Error {
  constructor(problem: string, cause?: unknown) {
    super(problem, { cause })
    this.name = new.target.name
  }
}
