/** One thing to be timed. */
export interface Contender {
  readonly name: string
  run(): void
}

/** Median and spread of a contender's times in ms. */
export interface Timing {
  readonly name: string
  readonly median: number
  readonly fastest: number
  readonly slowest: number
}

/** Runs the contenders in turn, `repetitions` times after one warm-up round, so that a busy moment meets all of them. */
export const measure = (
  contenders: readonly Contender[],
  repetitions: number,
): readonly Timing[] => {
  const times = contenders.map((): number[] => [])
  for (let round = -1; round < repetitions; round++) {
    contenders.forEach(({ run }, index) => {
      const start = performance.now()
      run()
      if (round >= 0) times[index]?.push(performance.now() - start)
    })
  }
  return contenders.map(({ name }, index) => {
    const sorted = (times[index] ?? []).sort((a, b) => a - b)
    const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0
    return { name, median: at(0.5), fastest: at(0), slowest: at(1) }
  })
}
