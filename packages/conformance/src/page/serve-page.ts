import type { Backend } from '../backend.js'

/** The part of a backend that computes. */
type Engine = Pick<Backend, 'run' | 'runPairs'>

/** Answers `inChromium` for the backends of a page's program, by their names. */
export const servePage = (engines: Readonly<Record<string, Engine>>): void => {
  const conformance = (name: string, method: keyof Engine, request: never): unknown => {
    const run = engines[name]?.[method]
    if (!run) throw new Error(`the page's program serves no ${method} of ${name}`)
    return run(request)
  }
  Object.assign(globalThis, { conformance })
}
