import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'vitepress'
import { writeApi } from './api.js'
import { generatedPages } from './pages.js'
import { app, assembled, sidebarFile, site, written } from './paths.js'
import { relocate } from './relocate.js'
import { sidebar } from './sidebar.js'

/** Writes every page as Markdown: those of `pages/`, those of the losses, the API reference. */
const assemble = async (): Promise<void> => {
  rmSync(assembled, { recursive: true, force: true })
  cpSync(written, assembled, { recursive: true })
  for (const [path, markdown] of generatedPages()) {
    mkdirSync(dirname(join(assembled, path)), { recursive: true })
    writeFileSync(join(assembled, path), markdown)
  }
  await writeApi()
  // VitePress reads its settings without the sources' condition, so nothing there may import a package of this repository.
  writeFileSync(sidebarFile, JSON.stringify(sidebar))
}

/** Builds the documentation into `dist`: static files with relative links. */
export const buildDocs = async (): Promise<void> => {
  await assemble()
  await build(app)
  relocate(site)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await buildDocs()
  console.log(`Written to ${site}; any static host serves it.`)
}
