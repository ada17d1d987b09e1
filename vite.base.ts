import { readFileSync } from 'node:fs'
import { defineConfig, type Plugin, type UserConfig } from 'vite'

const template = new URL('./apps/ui/page.html', import.meta.url)

/** An app's index.html holds what only its page has, title and description; the rest of the document is the same for all. */
const document: Plugin = {
  name: 'document',
  transformIndexHtml: {
    order: 'pre',
    handler: (own) => {
      // A page may bring a whole document of its own.
      if (own.includes('<html')) return own
      return readFileSync(template, 'utf8').replace('<!--page-->', () => own.trim())
    },
  },
}

/** How every page is built: from the sources of the packages, with relative links so that any static host serves it. */
export const page: UserConfig = defineConfig({
  base: './',
  plugins: [document],
  resolve: { conditions: ['@arcmargin/source', 'module', 'browser', 'development|production'] },
  build: { target: 'es2022', emptyOutDir: true },
})
