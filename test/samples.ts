/**
 * The code blocks of a Markdown document, as programs. The conventions are in CONTRIBUTING.md: a `ts` or `js` block is a
 * program; `ts continue` goes on with the block before it; a comment `// → text` says what the program prints.
 */

/** A line of a program and where it stands in its document. */
interface Line {
  readonly text: string
  readonly number: number
}

/** A code block of a document; `number` is the line of its fence. */
export interface Block {
  readonly number: number
  readonly language: string
  readonly words: string
  readonly lines: readonly Line[]
}

/** One or more blocks that run together. */
export interface Sample {
  readonly number: number
  readonly language: 'ts' | 'js'
  readonly lines: readonly Line[]
}

const fence = /^\s*(`{3,}|~{3,})\s*([^\s`]*)\s*([^`]*)$/

/** All fenced blocks of a document, from top to bottom. */
export const blocksOf = (markdown: string): Block[] => {
  const blocks: (Block & { end: string; lines: Line[] })[] = []
  let open: (typeof blocks)[number] | undefined
  markdown.split(/\r?\n/).forEach((text, index) => {
    const number = index + 1
    if (open) {
      const end = text.trim()
      if (end.startsWith(open.end) && !/[^`~]/.test(end)) open = undefined
      else open.lines.push({ text, number })
      return
    }
    const [, end, language, words] = fence.exec(text) ?? []
    if (end === undefined) return
    open = { end, number, language: language ?? '', words: words?.trim() ?? '', lines: [] }
    blocks.push(open)
  })
  return blocks
}

/** The document without its fenced blocks. */
export const proseOf = (markdown: string): string => {
  const code = new Set(blocksOf(markdown).flatMap(({ lines }) => lines.map((line) => line.number)))
  const lines = markdown.split(/\r?\n/)
  return lines.filter((_, index) => !code.has(index + 1)).join('\n')
}

const codeLanguages = new Set(['ts', 'js', 'mts', 'cts', 'mjs', 'cjs', 'typescript', 'javascript'])

/** The programs of a document; throws when a block breaks a convention, as a sample that is not run cannot be trusted. */
export const samplesOf = (markdown: string): Sample[] => {
  const samples: Sample[] = []
  for (const { number, language, words, lines } of blocksOf(markdown)) {
    if (!codeLanguages.has(language.toLowerCase())) continue
    const problem = (text: string) => new Error(`line ${number}: ${text}`)
    if (language !== 'ts' && language !== 'js')
      throw problem(`a block in "${language}" is not run; write ts or js`)
    if (words !== '' && words !== 'continue')
      throw problem(`"${words}" is not known after ${language}; only "continue" is`)
    const before = samples.at(-1)
    if (words === '') samples.push({ number, language, lines })
    else if (before?.language !== language)
      throw problem(`there is no ${language} block to continue`)
    else samples[samples.length - 1] = { ...before, lines: [...before.lines, ...lines] }
  }
  return samples
}

/** What a program prints by its own comments, line by line. */
export const expectedOutput = ({ lines }: Sample): string[] =>
  lines
    .flatMap(({ text }) => /\/\/ →(?: (.*))?$/.exec(text)?.slice(1) ?? [])
    .map((text) => (text ?? '').trimEnd())

/** Scripts that the shell blocks of a document run with npm, with the workspace if one is named. */
export const npmScriptsOf = (
  markdown: string,
): { script: string; workspace?: string; number: number }[] =>
  blocksOf(markdown)
    .filter(({ language }) => /^(sh|bash|shell|console)$/.test(language))
    .flatMap(({ lines }) => lines)
    .flatMap(({ text, number }) =>
      [
        ...text.matchAll(/\bnpm (?:run(?: --?silent| -s)? ([\w:-]+)|(test|start)\b)([^&|;#]*)/g),
      ].map(([, run, builtIn, rest]) => {
        const workspace = /(?:--workspace|-w)[ =](\S+)/.exec(rest?.split(' -- ')[0] ?? '')?.[1]
        return { script: run ?? builtIn ?? '', number, ...(workspace && { workspace }) }
      }),
    )
