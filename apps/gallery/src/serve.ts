import { serveBuiltSite } from './built-site.js'

const server = await serveBuiltSite(4173)
console.log(`The gallery is at ${server.resolvedUrls?.local[0]}`)
