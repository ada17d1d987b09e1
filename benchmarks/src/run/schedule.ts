/** What one turn of an engine is. */
export interface Plan {
  /** Steps that are timed together: short ones are taken in a row. */
  readonly steps: number
  /** Turns in all. */
  readonly turns: number
}

const turnMs = 30
const mostSteps = 50
/** Seconds of measurement that an engine may have on one shape: slower ones get fewer turns. */
const budgetMs = 12_000
const fewestTurns = 3
/** One turn of a longer step says it all. */
const longestMs = 15_000

/** Plans the turns of an engine whose warm step took `stepMs`. */
export const planTurns = (stepMs: number, repetitions: number): Plan => {
  const steps = Math.min(mostSteps, Math.max(1, Math.ceil(turnMs / stepMs)))
  const fewest = stepMs > longestMs ? 1 : fewestTurns
  const affordable = Math.max(fewest, Math.floor(budgetMs / (steps * stepMs)))
  return { steps, turns: Math.min(repetitions, affordable) }
}

/** Whether an engine with `turns` turns has one in this round: they are spread evenly over all rounds. */
export const hasTurn = (round: number, rounds: number, turns: number): boolean =>
  Math.floor(((round + 1) * turns) / rounds) > Math.floor((round * turns) / rounds)
