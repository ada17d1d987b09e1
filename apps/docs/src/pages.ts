import { lossIndex } from './losses/index-page.js'
import { losses } from './losses/losses.js'
import { lossPage } from './losses/page.js'
import { pairLosses } from './pairs/losses.js'
import { pairLossPage } from './pairs/page.js'

/** Every generated page but the API reference: its path within the site, and its Markdown. */
export const generatedPages = (): ReadonlyMap<string, string> =>
  new Map([
    ['losses/index.md', lossIndex()],
    ...losses.map((loss) => [`losses/${loss.name}.md`, lossPage(loss)] as const),
    ...pairLosses.map((loss) => [`pairs/${loss.name}.md`, pairLossPage(loss)] as const),
  ])
