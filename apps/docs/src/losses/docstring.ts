import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const folders = ['losses', 'pairs/losses'].map((path) =>
  fileURLToPath(new URL(`../../../../packages/core/src/${path}/`, import.meta.url)),
)

/** The comments above the exported constants of core's loss files, by name. */
const read = (): ReadonlyMap<string, string> => {
  const comments = new Map<string, string>()
  const files = folders.flatMap((folder) => readdirSync(folder).map((file) => `${folder}${file}`))
  for (const file of files) {
    const text = readFileSync(file, 'utf8')
    for (const statement of ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true)
      .statements) {
      if (!ts.isVariableStatement(statement)) continue
      const [doc] = ts.getJSDocCommentsAndTags(statement)
      const comment = ts.getTextOfJSDocComment(doc?.comment)
      for (const { name } of statement.declarationList.declarations) {
        if (ts.isIdentifier(name) && comment) comments.set(name.text, comment)
      }
    }
  }
  return comments
}

const comments = read()

/** What core's documentation says about an export, as Markdown. */
export const docstringOf = (name: string): string =>
  (comments.get(name) ?? '').replace(/\{@link (\w+)\}/g, '`$1`')
