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

/** Access in a loop over the classes, for one row, whose number is in the variable `row`. */
export const accessOverClasses = (design: Design, row = 'row'): LoopAccess => {
  const access = accessTo(design)
  const { name: hoist, declarations } = reads(`fixed_${row}_`)
  return {
    ...access,
    slot: (name, at = row) => hoist(access.slot(name, at)),
    scalar: (name) => hoist(access.scalar(name)),
    table: (name, at = row) => hoist(access.table(name, at)),
    declarations,
  }
}

/** Access in a loop over the rows, four at a time. */
export interface RowsAccess {
  /** For the r-th of the four, whose number is in the variable `row`. */
  of(r: number): Access
  /** The vector of four rows that lies at `start`, a multiple of their number away from the first. */
  four(start: string): string
  /** Declarations for the front of the loop, when everything was asked for. */
  declarations(): string
  /** And for the front of each turn, whose rows are those at `quad` of `rowQuads`. */
  turn(): string
}

/** Access in a loop over the rows, four at a time, for one class. `rows` are bound as vectors of four. */
export const accessOverRows = (design: Design): RowsAccess => {
  const access = accessTo(design)
  const { name: hoist, declarations } = reads('fixed')
  const { name: four, declarations: turn } = reads('four')
  return {
    of: (r) => ({
      ...access,
      slot: (name, row) => {
        const start = `rows[${design.slots.indexOf(name)}u * rowQuads`
        return row === '0u' ? hoist(`${start}].x`) : `${four(`${start} + quad]`)}[${r}]`
      },
      scalar: (name) => hoist(access.scalar(name)),
      classTable: (name, column) => hoist(access.classTable(name, column)),
      total: (part) => hoist(access.total(part)),
    }),
    four,
    declarations,
    turn,
  }
}
