#!/usr/bin/env node
import { Command } from 'commander'
import { addExport } from './export.js'
import { addAttach, addClassify, addExtract, addInspect } from './models.js'

const args = process.argv.slice(2)

try {
  const program = new Command('arcmargin-onnx')
    .description('Angular-margin losses as ONNX graphs.')
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
