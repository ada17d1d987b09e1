/** A page of a program of ours in the system's Chromium, for tests that need a browser. */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { basename, dirname, extname, join } from 'node:path'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { chromiumFlags, chromiumPath } from './chromium.mjs'

/** The headers that give a page SharedArrayBuffer. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
}

const document =
  '<!doctype html><title>test</title><link rel="icon" href="data:,"><script type="module" src="/program.js"></script>'

const bundle = async (entry) => {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: ['@arcmargin/source'],
    write: false,
  })
  return outputFiles[0].contents
}

/** Serves the page, its program, and the files of the given directories; returns the server once it listens. */
const serve = async (program, headers, directories) => {
  const contentsOf = (path) => {
    if (path === '/') return document
    if (path === '/program.js') return program
    const directory = directories[dirname(path)]
    return directory && readFile(join(directory, basename(path)))
  }
  const server = createServer(async ({ url }, response) => {
    const { pathname } = new URL(url, 'http://localhost')
    const contents = await Promise.resolve(contentsOf(pathname)).catch(() => undefined)
    const type = types[extname(pathname) || '.html'] ?? 'application/octet-stream'
    response.writeHead(contents === undefined ? 404 : 200, { ...headers, 'Content-Type': type })
    response.end(contents)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/**
 * Bundles a program from the sources and opens a page that runs it.
 *
 * @param entry path of the program.
 * @param options `isolated`: whether the page may share memory; `policy`: its content security policy; `flags`: of Chromium, besides
 * those that every test needs; `directories`: whose files the page may fetch, by path: `{ '/ort': '/…/dist' }`.
 */
export const openPage = async (
  entry,
  { isolated = true, policy, flags = [], directories = {} } = {},
) => {
  const headers = {
    ...(isolated ? isolation : {}),
    ...(policy ? { 'Content-Security-Policy': policy } : {}),
  }
  const server = await serve(await bundle(entry), headers, directories)
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: [...chromiumFlags, ...flags],
  })
  const close = async () => {
    await browser.close()
    server.close()
  }
  try {
    const page = await browser.newPage()
    const broken = new Promise((_, reject) => {
      page.on('pageerror', reject)
      page.on('crash', () => reject(new Error('the page crashed')))
    })
    // Whoever waits for an answer hears of it; nobody else has to.
    broken.catch(() => {})
    const call = (name, ...given) =>
      Promise.race([
        broken,
        page.evaluate(([name, given]) => globalThis[name](...given), [name, given]),
      ])
    await page.goto(`http://127.0.0.1:${server.address().port}/`)
    return { page, call, close }
  } catch (error) {
    await close()
    throw error
  }
}
