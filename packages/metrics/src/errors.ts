/** Where and what: every field that is known when a check fails. */
export interface ErrorDetails {
  /** The argument as the caller wrote it, e.g. `labels` or `fars`. */
  readonly argument: string
  /** The offending value. */
  readonly value?: unknown
  /** What would have been accepted, in words. */
  readonly allowed?: string
  /** Index of the row, pair or element at fault. */
  readonly row?: number
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

/** Base of every error that this package throws on purpose; nothing has been computed when it is thrown. */
export class MetricsError extends Error {
  /** The argument as the caller wrote it. */
  readonly argument: string
  /** Index of the row, pair or element at fault, if the argument has rows. */
  readonly row: number | undefined
  /** The offending value, if there is one. */
  readonly value: unknown
  /** What would have been accepted, in words. */
  readonly allowed: string | undefined

  constructor(problem: string, details: ErrorDetails) {
    super(describe(details, problem))
    this.argument = details.argument
    this.row = details.row
    this.value = details.value
    this.allowed = details.allowed
  }
}

/** An array whose length does not fit the others. */
export class ShapeError extends MetricsError {
  override readonly name = 'ShapeError'
}

/** A label, group or flag that is not one. */
export class LabelError extends MetricsError {
  override readonly name = 'LabelError'
}

/** A NaN or an infinity in the data, or a vector that has no direction. */
export class NonFiniteError extends MetricsError {
  override readonly name = 'NonFiniteError'
}

/** An option out of its range. */
export class ParameterError extends MetricsError {
  override readonly name = 'ParameterError'
}

/** The data has none of what the metric counts: no genuine pair, no impostor, no probe with a mate. */
export class EmptyError extends MetricsError {
  override readonly name = 'EmptyError'
}
