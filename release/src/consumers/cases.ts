import type { Browser } from 'playwright-core'
import { run } from '../process.js'
import { runPlainPage, runVite } from './browser.js'
import { checkNumbers } from './check.js'
import type { Tools } from './install.js'
import type { ConsumerProgram } from './programs.js'
import { checkTypes } from './typescript.js'

/** Something that has to hold; it throws when it does not. */
export interface Case {
  readonly title: string
  check(): Promise<void>
}

/** Everything that is tried with one installed package. */
export const casesOf = (
  program: ConsumerProgram,
  folder: string,
  { nodes, compilers }: Tools,
  browser: Browser,
  environment: Readonly<Record<string, string>>,
): Case[] => {
  const inNode = (node: string, file: string) => async (): Promise<void> => {
    const printed = await run(node, [file], { cwd: folder, env: environment })
    checkNumbers(program, JSON.parse(printed.trim().split('\n').at(-1) ?? ''))
  }
  const names = Object.entries(nodes)
  const inPages = [
    {
      title: 'page without a build',
      check: async () => checkNumbers(program, await runPlainPage(browser, folder)),
    },
    {
      title: 'page and worker built by Vite',
      check: async () => {
        const [page, worker] = await runVite(browser, folder)
        checkNumbers(program, page)
        checkNumbers(program, worker)
      },
    },
  ]
  return [
    ...names.map(([name, node]) => ({
      title: `ES module, ${name}`,
      check: inNode(node, 'esm.mjs'),
    })),
    ...names.map(([name, node]) => ({
      title: `CommonJS, ${name}`,
      check: inNode(node, 'cjs.cjs'),
    })),
    ...Object.entries(compilers).flatMap(([name, compiler]) =>
      (['nodenext', 'node16'] as const).map((module) => ({
        title: `types as ${module === 'node16' ? 'Node16 CommonJS' : 'NodeNext'}, ${name}`,
        check: () =>
          checkTypes(folder, program, compiler, { module, isOld: name.startsWith('oldest') }),
      })),
    ),
    ...(program.onlyInNode ? [] : inPages),
  ].map(({ title, check }) => ({ title: `${program.package}: ${title}`, check }))
}
