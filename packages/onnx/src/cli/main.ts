#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { addExport } from './export.js'
import { addAttach, addClassify, addExtract, addInspect } from './models.js'

const args = process.argv.slice(2)
// Two folders up from the sources and from what is built alike.
const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { readonly version: string }

try {
  const program = new Command('arcmargin-onnx')
    .description('Angular-margin losses as ONNX graphs.')
    .version(version)
    .showHelpAfterError('Options: add --help')
  addExport(program, args)
  addAttach(program)
  addClassify(program)
  addExtract(program)
  addInspect(program)
  program.parse(args, { from: 'user' })
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
