import type { Design } from '../head/design.js'
import { type Access, accessTo } from './scope.js'

/** Access within a loop that reads only once what every turn of it would read again. */
export interface LoopAccess extends Access {
  /** Declarations for the front of the loop, when everything was asked for. */
  declarations(): string
}

/** Reads that were asked for, by the names that stand for them. */
const reads = (prefix: string) => {
  const names = new Map<string, string>()
  return {
    name(read: string): string {
      const name = names.get(read) ?? `${prefix}${names.size}`
      names.set(read, name)
      return name
    },
    declarations: (): string =>
      [...names].map(([read, name]) => `let ${name} = ${read};`).join('\n  '),
  }
}

/** Access in a loop over the classes, for one `row`. */
export const accessOverClasses = (design: Design): LoopAccess => {
  const access = accessTo(design)
  const { name: hoist, declarations } = reads('fixed')
  return {
    ...access,
    slot: (name, row) => hoist(access.slot(name, row)),
    scalar: (name) => hoist(access.scalar(name)),
    table: (name, row) => hoist(access.table(name, row)),
    declarations,
  }
}

/**
 * Access in a loop over the rows of a `block` of 16, the `n`-th of which is `row`, for one class. `rows` are bound as runs of 16, an index
 * into which is checked once for the block.
 */
export const accessOverRows = (
  design: Design,
): LoopAccess & { readonly block: { run(start: string): string; declarations(): string } } => {
  const access = accessTo(design)
  const { name: hoist, declarations } = reads('fixed')
  const runs = reads('run')
  const run = (start: string): string => `(*${runs.name(`&${start}`)})[n]`
  return {
    ...access,
    slot: (name, row = 'row') => {
      const start = `rows[${design.slots.indexOf(name)}u * blocks`
      return row === '0u' ? hoist(`${start}][0]`) : run(`${start} + block]`)
    },
    scalar: (name) => hoist(access.scalar(name)),
    classTable: (name, column) => hoist(access.classTable(name, column)),
    total: (part) => hoist(access.total(part)),
    declarations,
    block: { run, declarations: runs.declarations },
  }
}
