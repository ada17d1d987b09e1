import { families } from './families.js'
import { losses } from './losses.js'

/** The page that lists all losses. */
export const lossIndex = (): string => `# Losses

${losses.length} losses, each a definition in \`@arcmargin/core\`; every package runs every one of them. These pages are generated from the definitions.

${Object.keys(families)
  .map(
    (family) => `## ${family}

| loss | function | from |
|---|---|---|
${losses
  .filter((loss) => loss.family === family)
  .map(
    ({ name, factory: { definition } }) =>
      `| [${definition.name}](./${name}.md) | \`${name}\` | ${definition.citation} |`,
  )
  .join('\n')}
`,
  )
  .join('\n')}
Losses of pairs and triplets (SupCon, multi-similarity, triplets and others) are in [\`@arcmargin/core/pairs\`](../api/core/pairs.md).
`
