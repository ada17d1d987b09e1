import { preview } from 'vite'
import type { TestProject } from 'vitest/node'
import { buildGallery, site } from '../../src/build.js'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the built gallery is served, with a slash at the end. */
    readonly siteUrl: string
  }
}

/** Builds the gallery and serves it on a free port of the loopback for as long as the tests run. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  await buildGallery()
  const server = await preview({
    configFile: false,
    logLevel: 'error',
    root: site,
    build: { outDir: '.' },
    preview: { host: '127.0.0.1', port: 0 },
  })
  project.provide('siteUrl', server.resolvedUrls?.local[0] ?? '')
  return () => server.close()
}
