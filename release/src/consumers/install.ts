import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../process.js'
import type { Registry } from '../registry.js'
import type { ConsumerProgram } from './programs.js'

/** Installs into a folder of its own, as a stranger's project would; no package's scripts run. */
const install = async (
  folder: string,
  dependencies: Readonly<Record<string, string>>,
  npmrc: string,
): Promise<void> => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, '.npmrc'), npmrc)
  const manifest = { name: 'consumer', private: true, dependencies }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2))
  const flags = [
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    '--loglevel=error',
  ]
  await run('npm', ['install', ...flags], { cwd: folder })
}

/** Installs one package alone, with what its README tells to install beside it. */
export const installConsumer = async (
  folder: string,
  program: ConsumerProgram,
  version: string,
  registry: Registry,
): Promise<void> => {
  const { beside, inNode } = program
  const dependencies = { [program.package]: version, ...beside, ...inNode?.installs }
  await install(folder, dependencies, registry.npmrc)
}

/** What the consumers are run and compiled with: names, and the program of each. */
export interface Tools {
  readonly nodes: Readonly<Record<string, string>>
  readonly compilers: Readonly<Record<string, string>>
}

/** The oldest supported and the newest Node and TypeScript. Node's own binaries are packages of npm, one for each platform. */
export const installTools = async (folder: string): Promise<Tools> => {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const node = `npm:node-${platform}-${process.arch}`
  await install(
    folder,
    {
      'node-oldest': `${node}@20.19.0`,
      'node-newest': `${node}@latest`,
      'typescript-oldest': 'npm:typescript@5.7.3',
      'typescript-newest': 'npm:typescript@latest',
      '@types/node': '^20.19.0',
      '@webgpu/types': '0.1.74',
    },
    '',
  )
  const modules = join(folder, 'node_modules')
  const binary = platform === 'win' ? 'bin/node.exe' : 'bin/node'
  return {
    nodes: {
      'oldest Node': join(modules, 'node-oldest', binary),
      'newest Node': join(modules, 'node-newest', binary),
    },
    compilers: {
      'oldest TypeScript': join(modules, 'typescript-oldest/bin/tsc'),
      'newest TypeScript': join(modules, 'typescript-newest/bin/tsc'),
    },
  }
}
