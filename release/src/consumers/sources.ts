import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { transform } from 'esbuild'
import type { ConsumerProgram } from './programs.js'

const importLines = ({ imports }: ConsumerProgram): string[] =>
  Object.entries(imports).map(([from, names]) => {
    if (names.length === 0) return `import '${from}'`
    if (names.includes('*')) return `import * as ${names[0]} from '${from}'`
    return `import { ${names.join(', ')} } from '${from}'`
  })

/** The program as a module that hands its numbers to `report`, an expression. */
const moduleOf = (program: ConsumerProgram, report: string, inNode: boolean): string =>
  [
    ...importLines(program),
    'const main = async (): Promise<number[]> => {',
    ...(inNode ? (program.inNode?.lines ?? []) : []),
    ...program.lines,
    '}',
    `main().then((numbers) => ${report})`,
    '',
  ].join('\n')

/** Where the numbers go in Node. It has to end although a device is held. */
const print = '{ console.log(JSON.stringify(numbers)); process.exit() }'
const onPage = 'Object.assign(globalThis, { numbers })'

/** Files of one consumer: the same program as a stranger would write it in each setting. */
export const writeConsumer = async (folder: string, program: ConsumerProgram): Promise<void> => {
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
  const javascript = async (text: string, format: 'esm' | 'cjs'): Promise<string> =>
    (await transform(text, { loader: 'ts', format, target: 'es2022' })).code
  const node = moduleOf(program, print, true)
  const browser = moduleOf(program, onPage, false)
  const html = (body: string): string =>
    `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>consumer</title>${body}\n`

  write('esm.mjs', await javascript(node, 'esm'))
  write('cjs.cjs', await javascript(node, 'cjs'))
  const typed = moduleOf(program, 'console.log(numbers)', false)
  write('typed.mts', typed)
  write('typed.cts', typed)
  write('page.js', await javascript(browser, 'esm'))
  write('vite.html', html('<script type="module" src="./vite.ts"></script>'))
  const worker =
    "new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }).onmessage = ({ data }) => Object.assign(globalThis, { fromWorker: data })"
  write('vite.ts', `${browser}${worker}\n`)
  write('worker.ts', moduleOf(program, 'postMessage(numbers)', false))
}
