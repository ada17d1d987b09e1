/** A page of a program of ours in the system's Chromium, for tests that need a browser. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { chromiumFlags, chromiumPath } from './chromium.mjs'

/** The headers that give a page SharedArrayBuffer. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

const document =
  '<!doctype html><title>test</title><script type="module" src="/program.js"></script>'

/**
 * Bundles a program from the sources and opens a page that runs it.
 *
 * @param entry path of the program.
 * @param options `isolated`: whether the page may share memory; `policy`: its content security policy.
 */
export const openPage = async (entry, { isolated = true, policy } = {}) => {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: ['@arcmargin/source'],
    write: false,
  })
  const headers = {
    ...(isolated ? isolation : {}),
    ...(policy ? { 'Content-Security-Policy': policy } : {}),
  }
  const server = createServer(({ url }, response) => {
    const isProgram = url === '/program.js'
    const type = isProgram ? 'text/javascript' : 'text/html'
    response.writeHead(200, { ...headers, 'Content-Type': type })
    response.end(isProgram ? outputFiles[0].contents : document)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: [...chromiumFlags],
  })
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${server.address().port}/`)
  return {
    page,
    close: async () => {
      await browser.close()
      server.close()
    },
  }
}
