import { preview } from 'vite'
import { buildGallery, site } from './build.js'

await buildGallery()
const server = await preview({
  configFile: false,
  root: site,
  build: { outDir: '.' },
  preview: { host: '127.0.0.1', port: 4173 },
})
server.printUrls()
