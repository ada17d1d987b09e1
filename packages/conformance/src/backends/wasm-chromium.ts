import { fileURLToPath } from 'node:url'
import { type OpenPage, openPage } from '../../../../scripts/browser.mjs'
import type { Answer, Backend, Request } from '../backend.js'
import { skipsPairs, tolerance } from './wasm-run.js'

const program = fileURLToPath(new URL('wasm-page.ts', import.meta.url))

/** Nothing may be fetched or evaluated but the program and WebAssembly. */
const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:"

let opened: Promise<OpenPage> | undefined

const run = async (request: Request): Promise<Answer> => {
  opened ??= openPage(program, { policy })
  const { page } = await opened
  return page.evaluate(
    (given) => (globalThis as unknown as { answer(given: Request): Answer }).answer(given),
    request,
  )
}

/** `@arcmargin/wasm` in Chromium, under a content security policy. */
export const wasmChromium: Backend = {
  name: 'wasm-chromium',
  tolerance,
  nearSingular: tolerance,
  run,
  skipsPairs,
  close: async () => (await opened)?.close(),
}
