#!/usr/bin/env node
// Starts src/cli.ts from the sources, so that a checkout needs no build. Open MPI finds its processes by the environment.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url))
const tsx = import.meta.resolve('tsx')
const flags = ['--conditions=@arcmargin/source', '--import', tsx, cli]
const child = spawn(process.execPath, [...flags, ...process.argv.slice(2)], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('close', (code, signal) => {
  process.exitCode = code ?? 1
  if (signal) console.error(`ended by ${signal}`)
})
