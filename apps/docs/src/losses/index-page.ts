import { pairLosses } from '../pairs/losses.js'
import { families } from './families.js'
import { losses } from './losses.js'

/** The page that lists all losses. */
export const lossIndex = (): string => `# Losses

${losses.length} margin losses and ${pairLosses.length} of pairs and triplets, each a definition in \`@arcmargin/core\`. \`@arcmargin/core/head\` and the packages for WebAssembly, WebGPU, TensorFlow.js and ONNX run every margin loss, the one for MPI all but Proxy-Anchor. These pages are generated from the definitions.

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
## Pairs and triplets

These compare embeddings with each other instead of with class weights. They are in \`@arcmargin/core/pairs\`, on WebAssembly, as ops of TensorFlow.js and as ONNX graphs; miners and cross-batch memory are in [\`core/pairs\`](../api/core/pairs.md).

| loss | function | from |
|---|---|---|
${pairLosses
  .map(
    ({ name, factory: { definition } }) =>
      `| [${definition.name}](../pairs/${name}.md) | \`${name}\` | ${definition.citation} |`,
  )
  .join('\n')}
`
