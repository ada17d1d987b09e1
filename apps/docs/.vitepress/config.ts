import { readFileSync } from 'node:fs'
import { type DefaultTheme, defineConfig, type UserConfig } from 'vitepress'
import { sidebarFile } from '../src/paths.js'
import { placeholder } from '../src/relocate.js'

const config: UserConfig<DefaultTheme.Config> = defineConfig({
  title: 'Arcmargin',
  description: 'Angular-margin losses, the ArcFace family, for JavaScript',
  base: placeholder,
  srcDir: '.cache/pages',
  cacheDir: '.cache/vitepress',
  outDir: 'dist',
  lang: 'en',
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  markdown: { math: true },
  themeConfig: {
    search: { provider: 'local' },
    outline: { level: [2, 3] },
    nav: [
      { text: 'Start', link: '/' },
      { text: 'Losses', link: '/losses/' },
      { text: 'API', link: '/api/core' },
    ],
    sidebar: JSON.parse(readFileSync(sidebarFile, 'utf8')),
  },
})

export default config
