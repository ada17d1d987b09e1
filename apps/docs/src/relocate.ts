import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** The base that the site is built for; it appears nowhere else, so that it can be found and replaced. */
export const placeholder = '/arcmargin-docs-base/'

const inRegExp = placeholder.replaceAll('/', '\\/')

/** Scripts ask the page where the site lies. The search index is JSON within a string, so it is replaced when it is read. */
const script = (code: string): string =>
  code
    .replaceAll(/'(\{"documentCount"[^\n]*?\})'(?=;|,)/g, (_, json: string) =>
      json.includes(placeholder)
        ? `'${json.replaceAll(placeholder, '@docs-base@')}'.replaceAll("@docs-base@",globalThis.docsBase)`
        : `'${json}'`,
    )
    .replaceAll(new RegExp(`(["'])${inRegExp}([^"']*)\\1`, 'g'), '(globalThis.docsBase+$1$2$1)')
    .replaceAll(new RegExp(`\`${inRegExp}`, 'g'), `\`$${'{globalThis.docsBase}'}`)

/** Links of a page become relative; what its scripts need to know is asked of its own address. */
const page = (html: string, up: string): string =>
  html
    .replaceAll(`\\"base\\":\\"${placeholder}\\"`, '\\"base\\":\\""+globalThis.docsBase+"\\"')
    .replaceAll(placeholder, up)
    .replace(
      '<head>',
      `<head>\n    <script>globalThis.docsBase=new URL("${up}",location.href).pathname</script>`,
    )

/** Makes a built site independent of where it is served from: any static host, at any depth. */
export const relocate = (folder: string): void => {
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, file)
    const write = (text: string): void => writeFileSync(path, text)
    if (file.endsWith('.html')) {
      const up = relative(join(folder, file, '..'), folder).replaceAll('\\', '/')
      write(page(readFileSync(path, 'utf8'), up === '' ? './' : `${up}/`))
    } else if (file.endsWith('.js')) write(script(readFileSync(path, 'utf8')))
    else if (file.endsWith('.css')) {
      const text = readFileSync(path, 'utf8')
      write(text.replaceAll(`${placeholder}assets/`, './'))
    }
  }
}
