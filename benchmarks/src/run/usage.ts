import { readdirSync, readFileSync } from 'node:fs'

/** Text of a file of /proc; nothing where there is none, or the process has ended. */
const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Ticks of a second in /proc, on every Linux that Node runs on. */
const ticks = 100

interface Usage {
  readonly parent: number
  readonly cpuMs: number
}

/** What /proc says of each process. */
const processes = (): Map<number, Usage> => {
  const ids = read('/proc/self/stat') ? readdirSync('/proc').map(Number).filter(Boolean) : []
  return new Map(
    ids.flatMap((id) => {
      // The command's name, in parentheses, may hold spaces.
      const fields = read(`/proc/${id}/stat`).split(') ').at(-1)?.split(' ') ?? []
      const [parent, user, system] = [fields[1], fields[11], fields[12]].map(Number)
      if (parent === undefined || user === undefined || system === undefined) return []
      return [[id, { parent, cpuMs: (1000 * (user + system)) / ticks }] as const]
    }),
  )
}

/** Processes that this one has started, and what they have started: a browser. */
const descendants = (): readonly (readonly [id: number, usage: Usage])[] => {
  const all = processes()
  const isOurs = (id: number | undefined): boolean =>
    id !== undefined && id > 1 && (id === process.pid || isOurs(all.get(id)?.parent))
  return [...all].filter(([id]) => id !== process.pid && isOurs(id))
}

/** CPU time of the engine in ms, all threads and processes together. */
export const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return descendants().reduce((sum, [, usage]) => sum + usage.cpuMs, (user + system) / 1000)
}

/** The kernel's own high-water mark of a process. */
const highWater = (id: number | 'self'): number =>
  Number(/^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${id}/status`))?.[1] ?? 0) / 1024

/** Peak resident memory of the engine in MB, each process by itself; elsewhere than on Linux what Node counts. */
export const peakMb = (): number =>
  process.platform === 'linux'
    ? descendants().reduce((sum, [id]) => sum + highWater(id), highWater('self'))
    : process.resourceUsage().maxRSS / 1024
