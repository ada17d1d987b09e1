import { readFileSync, writeFileSync } from 'node:fs'
import type { Cell } from './report.js'

/** When a backend was run, and what came out. */
export interface Result {
  readonly date: string
  readonly cells: Readonly<Record<string, Cell>>
}

/** Results by backend. */
export type Results = Readonly<Record<string, Result>>

const file = new URL('../../features.json', import.meta.url)

/** The results as they were last written. */
export const readResults = (): Results => JSON.parse(readFileSync(file, 'utf8'))

/** Keeps one backend's new result beside the others'. */
export const keepResult = (backend: string, result: Result): Results => {
  const results = { ...readResults(), [backend]: result }
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`)
  return results
}
