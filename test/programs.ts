import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { build, type Plugin } from 'esbuild'
import ts from 'typescript'
import { forNode } from '../scripts/bundle.js'
import { root } from './files.js'
import type { Sample } from './samples.js'

/** A sample that has been written to a file. */
export interface Program extends Sample {
  readonly document: string
  readonly file: string
}

/** Writes a sample to a file. Its lines keep the numbers they have in the document, so errors point there. */
export const programOf = (sample: Sample, document: string, folder: string): Program => {
  const name = `${document.replaceAll('/', '_')}-${sample.number}.${sample.language}`
  const lines: string[] = []
  for (const { number, text } of sample.lines) lines[number - 1] = text
  const file = join(folder, name)
  writeFileSync(file, Array.from(lines, (line) => line ?? '').join('\n'))
  return { ...sample, document, file }
}

const webGpu = new URL('../scripts/webgpu-global.mjs', import.meta.url).href

/** Programs for pages with WebGPU get it from Dawn. */
const preloads = (file: string): string[] =>
  readFileSync(file, 'utf8').includes('navigator.gpu') ? ['--import', webGpu] : []

/** Libraries of others stay what Node finds. */
const libraries: Plugin = {
  name: 'libraries',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^[^.]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@arcmargin/') ? undefined : { external: true },
    )
  },
}

/** Bundles programs with the sources of the workspaces: at once, for what they share is most of them. */
export const bundlePrograms = async (programs: readonly Program[]): Promise<void> => {
  await build({
    ...forNode,
    entryPoints: programs.map(({ file }) => file),
    outdir: dirname(programs[0]?.file ?? ''),
    plugins: [libraries],
    sourcemap: true,
    logLevel: 'silent',
  })
}

/** Runs a program that was bundled; gives the lines it printed, throws when it fails. */
export const run = async (file: string): Promise<string[]> => {
  const bundle = file.replace(/\.[jt]s$/, '.mjs')
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--enable-source-maps', ...preloads(file), bundle],
    { cwd: join(file, '..'), timeout: 180_000, env: { PATH: process.env['PATH'], NO_COLOR: '1' } },
  )
  const lines = stdout.split('\n').map((line) => line.trimEnd())
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}

/** What a user's TypeScript would report under `strict`, as `line: message`, by file. */
export const typeErrors = (files: readonly string[]): Map<string, string[]> => {
  const compiled = ts.createProgram(files, {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    moduleDetection: ts.ModuleDetectionKind.Force,
    customConditions: ['@arcmargin/source'],
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  })
  const errorsOf = (file: string): string[] => {
    const source = compiled.getSourceFile(file)
    if (!source) return [`${file} was not compiled`]
    return ts.getPreEmitDiagnostics(compiled, source).map(({ start, messageText }) => {
      const { line } = source.getLineAndCharacterOfPosition(start ?? 0)
      return `line ${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
    })
  }
  return new Map(files.map((file) => [file, errorsOf(file)]))
}
