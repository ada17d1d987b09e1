import cliProgress from 'cli-progress'

/** Shows how far the run is, on standard error. */
export interface ProgressDisplay {
  /** @param share of the whole run, 0 to 1. */
  update(what: string, share: number): void
  stop(): void
}

/** A bar at the bottom of a terminal, or a line for each tenth in a log. */
export const createProgress = (stream: NodeJS.WriteStream): ProgressDisplay =>
  stream.isTTY ? bar(stream) : lines(stream)

const bar = (stream: NodeJS.WriteStream): ProgressDisplay => {
  const single = new cliProgress.SingleBar({
    ...cliProgress.Presets.shades_classic,
    stream,
    format: '{bar} {percentage}%  {what}',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
  })
  single.start(1, 0, { what: '' })
  return {
    update: (what, share) => single.update(share, { what }),
    stop: () => single.stop(),
  }
}

const lines = (stream: NodeJS.WriteStream): ProgressDisplay => {
  let tenth = -1
  return {
    update(what, share) {
      if (Math.floor(share * 10) <= tenth) return
      tenth = Math.floor(share * 10)
      stream.write(`${String(tenth * 10).padStart(3)} %  ${what}\n`)
    },
    stop() {},
  }
}
