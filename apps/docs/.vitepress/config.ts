import { type DefaultTheme, defineConfig, type UserConfig } from 'vitepress'
import { apiPages } from '../src/api.js'
import { families } from '../src/losses/families.js'
import { losses } from '../src/losses/losses.js'
import { pairLosses } from '../src/pairs/losses.js'
import { placeholder } from '../src/relocate.js'

const guides: Readonly<Record<string, string>> = {
  'scale-and-margin': 'Choosing s and m',
  'past-pi': 'Past π explained',
  optimizer: 'What the optimiser gets',
  'noisy-labels': 'Noisy labels, sub-centers',
  'long-tails': 'Margins for long tails',
  thresholds: 'A threshold after training',
  'any-backbone': 'A head on any backbone',
  'million-classes': 'A million classes',
  'own-loss': 'Your own loss',
  'from-pytorch': 'Porting from PyTorch',
  numerics: 'Numerics',
}

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
    sidebar: [
      { text: 'Start here in five minutes', link: '/' },
      {
        text: 'Guides',
        items: Object.entries(guides).map(([page, text]) => ({ text, link: `/guides/${page}` })),
      },
      {
        text: 'Losses',
        link: '/losses/',
        items: [
          ...Object.keys(families).map((family) => ({
            text: family,
            collapsed: true,
            items: losses
              .filter((loss) => loss.family === family)
              .map(({ name, factory }) => ({
                text: factory.definition.name,
                link: `/losses/${name}`,
              })),
          })),
          {
            text: 'Pairs and triplets',
            collapsed: true,
            items: pairLosses.map(({ name, factory }) => ({
              text: factory.definition.name,
              link: `/pairs/${name}`,
            })),
          },
        ],
      },
      {
        text: 'API',
        collapsed: true,
        items: apiPages.map((name) => ({ text: `@arcmargin/${name}`, link: `/api/${name}` })),
      },
    ],
  },
})

export default config
