import { type PreviewServer, preview } from 'vite'
import { buildGallery, site } from './build.js'

/** Builds the gallery and serves it on the loopback; port 0 is any that is free. */
export const serveBuiltSite = async (port: number): Promise<PreviewServer> => {
  await buildGallery()
  return preview({
    configFile: false,
    logLevel: 'error',
    root: site,
    build: { outDir: '.' },
    preview: { host: '127.0.0.1', port },
  })
}
