import type { BuildOptions } from 'esbuild'

/** How programs are bundled with the sources of the workspaces, to run in a plain Node. */
export const forNode: BuildOptions = {
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  conditions: ['@arcmargin/source'],
}
