/** Worst relative errors over the cases of one loss. */
export interface Errors {
  readonly logits: number
  readonly loss: number
  /** Of the losses of single rows. */
  readonly rows: number
  readonly gradX: number
  readonly gradW: number
}

/** No error yet. */
export const none: Errors = { logits: 0, loss: 0, rows: 0, gradX: 0, gradW: 0 }

/** The worse of each. */
export const worse = (a: Errors, b: Errors): Errors => ({
  logits: Math.max(a.logits, b.logits),
  loss: Math.max(a.loss, b.loss),
  rows: Math.max(a.rows, b.rows),
  gradX: Math.max(a.gradX, b.gradX),
  gradW: Math.max(a.gradW, b.gradW),
})

/** An error that is no larger than the reference's own rounding counts as none. */
export const beyond = (error: number, rounding = 0): number => (error <= rounding ? 0 : error)
