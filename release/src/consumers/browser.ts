import { once } from 'node:events'
import { createReadStream, existsSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { build as viteBuild } from 'vite'
import { chromiumFlags, chromiumPath } from '../../../scripts/chromium.mjs'
import { plainPage } from './plain-page.js'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
}

/** Serves a folder, and some pages that are not in it. */
const serve = async (folder: string, pages: ReadonlyMap<string, string>): Promise<Server> => {
  const server = createServer(({ url = '/' }, response) => {
    const path = new URL(url, 'http://localhost').pathname
    const page = pages.get(path)
    const file = join(folder, path)
    const isFile = page === undefined && extname(path) !== '' && existsSync(file)
    response.writeHead(page !== undefined || isFile ? 200 : 404, {
      'Content-Type': types[extname(path)] ?? 'text/plain',
    })
    if (isFile) createReadStream(file).pipe(response)
    else response.end(page)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** The browser that all consumers share. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath(),
    args: [...chromiumFlags, '--enable-unsafe-webgpu'],
  })

/** Numbers that a page leaves in its globals. */
const numbersOf = async (
  browser: Browser,
  folder: string,
  pages: ReadonlyMap<string, string>,
  path: string,
  names: readonly string[],
): Promise<unknown[]> => {
  const server = await serve(folder, pages)
  const page = await browser.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  try {
    const { port } = server.address() as AddressInfo
    await page.goto(`http://127.0.0.1:${port}${path}`)
    const ready = names.map((name) => `globalThis.${name} !== undefined`).join(' && ')
    await page.waitForFunction(ready, undefined, { timeout: 60_000 }).catch((error) => {
      throw new Error([error.message.split('\n')[0], ...complaints].join('\n'))
    })
    return (await page.evaluate(`[${names.map((name) => `globalThis.${name}`)}]`)) as unknown[]
  } finally {
    await page.close()
    server.close()
  }
}

/** The numbers of a plain page. */
export const runPlainPage = async (browser: Browser, folder: string): Promise<unknown> => {
  const [numbers] = await numbersOf(browser, folder, await plainPage(folder), '/plain.html', [
    'numbers',
  ])
  return numbers
}

/** The numbers of a page that Vite built, and of the worker that it starts. */
export const runVite = async (browser: Browser, folder: string): Promise<unknown[]> => {
  await viteBuild({
    configFile: false,
    logLevel: 'error',
    root: folder,
    worker: { format: 'es' },
    build: { rollupOptions: { input: join(folder, 'vite.html') } },
  })
  return numbersOf(browser, join(folder, 'dist'), new Map(), '/vite.html', [
    'numbers',
    'fromWorker',
  ])
}
