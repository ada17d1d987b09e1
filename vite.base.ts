import { defineConfig, type UserConfig } from 'vite'

/** How every page is built: from the sources of the packages, with relative links so that any static host serves it. */
export const page: UserConfig = defineConfig({
  base: './',
  resolve: { conditions: ['@arcmargin/source', 'module', 'browser', 'development|production'] },
  build: { target: 'es2022', emptyOutDir: true },
})
