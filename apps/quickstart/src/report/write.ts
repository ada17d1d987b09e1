import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
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
 * Writes the report's files: `index.html`, `metrics.json`, a trained network as `embedding.onnx` and the pictures' `LICENCES.md`; other files in the folder stay.
 * They are written aside and moved in when all are complete, so that a reader never sees half a report.
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
    ...(data.network ? { 'embedding.onnx': data.network.bytes } : {}),
  }
  const parent = dirname(folder)
  await mkdir(parent, { recursive: true })
  // Beside the folder: on one file system a move is a single step.
  const temporary = await mkdtemp(join(parent, `.${basename(folder)}-`))
  try {
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(temporary, name), content)
    }
    signal.throwIfAborted()
    await mkdir(folder, { recursive: true })
    for (const name of Object.keys(files)) await rename(join(temporary, name), join(folder, name))
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}
