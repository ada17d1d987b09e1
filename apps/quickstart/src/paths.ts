import { fileURLToPath } from 'node:url'

const inRepository = (path: string): string =>
  fileURLToPath(new URL(`../../../${path}`, import.meta.url))

/** Where the report goes, wherever the command is called from. */
export const reportFolder: string = inRepository('reports/demo')

/** Where the picture sheet is kept. */
export const cacheFolder: string = inRepository('.cache/arcmargin')
