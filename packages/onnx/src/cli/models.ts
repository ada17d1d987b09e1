import { readFileSync, writeFileSync } from 'node:fs'
import { lossFromJson, print, resolveLoss } from '@arcmargin/core'
import type { Command } from 'commander'
import { dataTypeName } from '../proto/data-type.js'
import { decodeModel } from '../proto/decode.js'
import { attachHead } from '../surgery/attach.js'
import { tensorNamed } from '../surgery/tensor-type.js'

interface AttachFlags {
  readonly embedding: string
  readonly head: string
  readonly out: string
}

/** `attach`: a head behind a backbone. */
export const addAttach = (program: Command): void => {
  program
    .command('attach <backbone>')
    .description('Put an exported head behind a backbone.')
    .requiredOption('--embedding <tensor>', "the backbone's tensor that holds the embeddings")
    .requiredOption('--head <file>', 'an .onnx file that export wrote')
    .requiredOption('--out <file>', 'the .onnx file to write')
    .action((backbone: string, { embedding, head, out }: AttachFlags) => {
      const bytes = attachHead(readFileSync(backbone), { embedding, head: readFileSync(head) })
      writeFileSync(out, bytes)
      console.log(`${out}: ${bytes.length} bytes`)
    })
}

/** What `inspect` prints of a file. */
const report = (bytes: Uint8Array): string => {
  const { graph, metadataProps, opsetImport, irVersion } = decodeModel(bytes)
  const line = (kind: string, name: string, about: string): string => {
    const { elementType = 0, shape = [] } = tensorNamed(graph, name)
    const type = `${dataTypeName(elementType)} [${shape.map((size) => size ?? '?').join(', ')}]`
    return `${kind.padEnd(8)}${name.padEnd(28)}${type}${about && `   ${about}`}`
  }
  const sets = opsetImport.map(({ domain, version }) => `${domain || 'ai.onnx'} ${version}`)
  const json = metadataProps.find(({ key }) => key === 'arcmargin.loss')?.value
  const lines = [
    `${graph.name}: ${graph.node.length} nodes, ${bytes.length} bytes, IR ${irVersion}, ${sets.join(', ')}`,
    ...graph.input.map(({ name, docString }) => line('input', name, docString)),
    ...graph.output.map(({ name, docString }) => line('output', name, docString)),
  ]
  if (json === undefined) return lines.join('\n')
  const loss = lossFromJson(json)
  const { target, other } = resolveLoss(loss)
  const { name, citation } = loss.definition
  const settings = `parameters ${JSON.stringify(loss.parameters)}`
  const formulas = [`target  ${print(target)}`, `other   ${print(other)}`]
  return [...lines, `loss    ${name} (${citation})`, settings, ...formulas].join('\n')
}

/** `inspect`: what is in a file. */
export const addInspect = (program: Command): void => {
  program
    .command('inspect <file>')
    .description('Print inputs, outputs, formulas and size of a model.')
    .action((file: string) => console.log(report(readFileSync(file))))
}
