import { fileURLToPath } from 'node:url'
import { type OpenPage, openPage, type PageOptions } from '../../../../scripts/browser.mjs'
import type { Answer, Backend, PairAnswer } from '../backend.js'

/** The page in which a backend computes. */
interface Page extends Omit<PageOptions, 'isolated'> {
  /** Its program, which hands the backend to `servePage`. */
  readonly program: URL
  /** Whether the program has a pair engine. */
  readonly pairs?: boolean
}

/**
 * A backend that computes in a page of Chromium: opened with the first batch, closed with the backend. What the page throws is the
 * failure of the case that was asked for.
 */
export const inChromium = (
  about: Omit<Backend, 'run' | 'runPairs' | 'close'>,
  { program, pairs = false, ...options }: Page,
): Backend => {
  let opened: Promise<OpenPage> | undefined
  const ask = async (engine: string, request: unknown): Promise<unknown> => {
    opened ??= openPage(fileURLToPath(program), options)
    const { call } = await opened
    return call('conformance', about.name, engine, request)
  }
  return {
    ...about,
    run: async (request) => (await ask('run', request)) as Answer,
    ...(pairs
      ? { runPairs: async (request) => (await ask('runPairs', request)) as PairAnswer }
      : {}),
    close: async () => (await opened)?.close(),
  }
}
