import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answerOf, mpirun } from './mpirun.js'

interface Answer {
  readonly loss: number
  readonly steps: number
  readonly digest: string
  readonly norm: number
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'arcmargin-mpi-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const train = (processes: number, steps: number): Promise<Answer> =>
  answerOf(processes, 'checkpoint', 'train', folder, String(steps))

it('goes on with another number of processes as if it had not stopped', async () => {
  const { loss, norm } = await train(2, 6)
  rmSync(folder, { recursive: true })
  await train(3, 2)
  const moved = await train(2, 0)
  await train(1, 2)
  expect(await train(4, 0)).toMatchObject({ steps: 4 })
  const last = await train(2, 2)
  expect(last.steps).toBe(6)
  expect(last.loss / loss).toBeCloseTo(1, 5)
  expect(last.norm / norm).toBeCloseTo(1, 5)
  expect(moved.steps).toBe(2)
  // Two processes wrote three arrays each; what earlier saves left is gone.
  expect(readdirSync(folder)).toHaveLength(7)
})

describe('a process that is killed', () => {
  it.each(['die', 'die-saving'])(
    'ends the job and leaves the last checkpoint whole: %s',
    async (task) => {
      const saved = await train(2, 3)
      const { status, stderr } = await mpirun(2, 'checkpoint', task, folder, '1')
      expect(status).not.toBe(0)
      expect(stderr).toContain('exited on signal 9 (Killed)')
      const again = await train(2, 0)
      expect(again.steps).toBeGreaterThanOrEqual(3)
      if (task === 'die') expect(again).toMatchObject({ steps: 3, digest: saved.digest })
    },
  )
})

it('a checkpoint that is broken or of another head is refused, with its file', async () => {
  await train(2, 1)
  const manifest = join(folder, 'manifest.json')
  const text = readFileSync(manifest, 'utf8')
  const failure = async (): Promise<string> =>
    (await mpirun(2, 'checkpoint', 'train', folder, '0')).stderr
  writeFileSync(manifest, text.replace('"classes": 37', '"classes": 38'))
  expect(await failure()).toContain("manifest.json: classes is 38, the head's is 37")
  writeFileSync(manifest, text.replace('"scale": 16', '"scale": 17'))
  expect(await failure()).toContain(
    'manifest.json: the loss is another one (AdaFace), or has other parameters',
  )
  writeFileSync(manifest, text)
  const file = readdirSync(folder).find((name) => name.startsWith('momentum')) as string
  truncateSync(join(folder, file), 100)
  expect(await failure()).toContain(`${file}: has 100 bytes`)
})
