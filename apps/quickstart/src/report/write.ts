import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Gate } from '../gates.js'
import type { JobResults } from '../jobs/pool.js'
import type { Options } from '../options.js'
import { licenceNotices } from '../pictures/notices.js'
import { page } from './page.js'

/** What a report tells. */
export interface ReportData extends JobResults {
  readonly options: Options
  readonly gates: readonly Gate[]
  /** Of the whole run. */
  readonly seconds: number
}

/**
 * Writes the report's files: `index.html`, `metrics.json` and the pictures' `LICENCES.md`.
 * They are written aside and the folder is put in place as a whole, so that a reader never sees half a report.
 */
export const writeReport = async (
  folder: string,
  data: ReportData,
  signal: AbortSignal,
): Promise<void> => {
  const rows = data.outcomes.map(({ row }) => row)
  const files = {
    'index.html': await page(data),
    'metrics.json': `${JSON.stringify(rows, undefined, 2)}\n`,
    'LICENCES.md': await licenceNotices(),
  }
  const parent = dirname(folder)
  await mkdir(parent, { recursive: true })
  const temporary = await mkdtemp(join(parent, `.${basename(folder)}-`))
  try {
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(temporary, name), content)
    }
    // Temporary folders are private; a report is not.
    await chmod(temporary, 0o755)
    signal.throwIfAborted()
    await replaceFolder(folder, temporary)
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

/** Moves `next` to `folder`; what was there goes, but not before the new one is complete. */
const replaceFolder = async (folder: string, next: string): Promise<void> => {
  const previous = `${next}-previous`
  const existed = await rename(folder, previous).then(
    () => true,
    () => false,
  )
  await rename(next, folder)
  if (existed) await rm(previous, { recursive: true, force: true })
}
