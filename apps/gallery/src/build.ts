import { execFile } from 'node:child_process'
import { cp } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'vite'
import { pages } from './pages.js'

/** Where the static site is written. */
export const site: string = fileURLToPath(new URL('../dist/', import.meta.url))

const appFolder = (folder: string): string =>
  fileURLToPath(new URL(`../../${folder}/`, import.meta.url))

/** The documentation has a generator of its own, which runs in a process of its own. */
const buildDocs = async (): Promise<void> => {
  const options = ['--conditions=@arcmargin/source', '--import', 'tsx', 'src/build.ts']
  await promisify(execFile)(process.execPath, options, {
    cwd: appFolder('docs'),
    env: { ...process.env, NODE_ENV: 'production' },
  })
  await cp(`${appFolder('docs')}dist`, `${site}docs`, { recursive: true })
}

/** Builds the start page and every page that it leads to: plain files with relative links. */
export const buildGallery = async (): Promise<void> => {
  const quiet = { logLevel: 'error' } as const
  await build({ ...quiet, root: appFolder('gallery'), build: { outDir: site } })
  for (const { folder } of pages) {
    await build({ ...quiet, root: appFolder(folder) })
    await cp(`${appFolder(folder)}dist`, `${site}${folder}`, { recursive: true })
  }
  await buildDocs()
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await buildGallery()
  console.log(`Written to ${site}; any static host serves it.`)
}
