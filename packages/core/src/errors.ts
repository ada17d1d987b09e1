/** Where and what: every field that is known when a check fails. */
export interface ErrorDetails {
  /** The argument as the caller wrote it, e.g. `labels` or `margin`. */
  readonly argument: string
  /** The offending value. */
  readonly value?: unknown
  /** What would have been accepted, in words. */
  readonly allowed?: string
  /** Index of the sample or class whose value is at fault. */
  readonly row?: number
}

/** Base of every error that Arcmargin throws on purpose; nothing has been written when it is thrown. */
export class ArcmarginError extends Error {
  /** The argument as the caller wrote it. */
  readonly argument: string
  /** The offending value, if there is one. */
  readonly value: unknown
  /** What would have been accepted, in words. */
  readonly allowed: string | undefined
  /** Index of the sample or class at fault, if the argument has rows. */
  readonly row: number | undefined

  constructor(message: string, details: ErrorDetails) {
    super(message)
    this.name = new.target.name
    this.argument = details.argument
    this.value = details.value
    this.allowed = details.allowed
    this.row = details.row
  }
}

/** A value, so that 1, 1n and "1" look like three things. */
const show = (value: unknown): string => {
  if (typeof value === 'bigint') return `${value}n`
  const mistaken = typeof value === 'string' && !Number.isNaN(Number(value))
  return mistaken ? JSON.stringify(value) : String(value)
}

const describe = ({ argument, value, allowed, row }: ErrorDetails, problem: string): string => {
  const place = row === undefined ? argument : `${argument}[${row}]`
  const shown = value === undefined ? '' : ` (got ${show(value)})`
  return `${place} ${problem}${shown}${allowed === undefined ? '' : `; allowed: ${allowed}`}`
}

/** An option or a hyperparameter that is unknown or out of its range. */
export class ParameterError extends ArcmarginError {
  constructor(problem: string, details: ErrorDetails) {
    super(describe(details, problem), details)
  }
}

/** An array whose length does not fit the others. */
export class ShapeError extends ArcmarginError {
  constructor(problem: string, details: ErrorDetails) {
    super(describe(details, problem), details)
  }
}

/** A label that is neither a class nor -1 ("ignore"). */
export class LabelError extends ArcmarginError {
  constructor(problem: string, details: ErrorDetails) {
    super(describe(details, problem), details)
  }
}

/** A NaN or an infinity in the data. */
export class NonFiniteError extends ArcmarginError {
  constructor(problem: string, details: ErrorDetails) {
    super(describe(details, problem), details)
  }
}

/** A formula that cannot be read; `position` counts characters from 0. */
export class FormulaError extends ArcmarginError {
  /** The whole formula. */
  readonly formula: string
  /** Index of the first character that could not be accepted. */
  readonly position: number

  constructor(problem: string, formula: string, position: number, allowed?: string) {
    // A window around the fault keeps the message short for hostile text.
    const start = Math.max(0, position - 40)
    const excerpt = formula.slice(start, position + 40).replace(/\s/g, ' ')
    const hint = allowed === undefined ? '' : `; known here: ${allowed}`
    super(
      `${problem} at character ${position}${hint}\n  ${excerpt}\n  ${' '.repeat(position - start)}^`,
      allowed === undefined ? { argument: 'formula' } : { argument: 'formula', allowed },
    )
    this.formula = formula
    this.position = position
  }
}
