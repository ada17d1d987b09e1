import type { DefaultTheme } from 'vitepress'
import { apiPages } from './api.js'
import { families } from './losses/families.js'
import { losses } from './losses/losses.js'
import { pairLosses } from './pairs/losses.js'

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

/** The contents beside every page. */
export const sidebar: DefaultTheme.SidebarItem[] = [
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
]
