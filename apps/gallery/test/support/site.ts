import type { TestProject } from 'vitest/node'
import { serveBuiltSite } from '../../src/built-site.js'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the built gallery is served, with a slash at the end. */
    readonly siteUrl: string
  }
}

/** Builds the gallery and serves it on a free port of the loopback for as long as the tests run. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const server = await serveBuiltSite(0)
  project.provide('siteUrl', server.resolvedUrls?.local[0] ?? '')
  return () => server.close()
}
