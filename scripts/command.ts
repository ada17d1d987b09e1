/** What the project's longer commands share: how they begin and end, and what they say of a wrong option. */
import { type ParseArgsConfig, parseArgs } from 'node:util'

/** A command line that cannot be followed; the message says what is allowed. */
export class UsageError extends Error {}

/** A command that npm runs. */
export interface Command<Options> {
  /** As it is typed, e.g. `npm run demo`. */
  readonly name: string
  readonly help: string
  /** @throws UsageError */
  readOptions(args: readonly string[]): Options | 'help'
  /** Gives the exit code; throws the signal's reason when interrupted, with nothing half-written. */
  run(options: Options, signal: AbortSignal): Promise<number>
}

/** Runs a command by the words after its name. Exit codes beside its own: 2 for a wrong option, 130 when interrupted. */
export const runCommand = async <Options>(command: Command<Options>): Promise<void> => {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => controller.abort(new Error(`Interrupted by ${signal}`)))
  }
  try {
    const options = command.readOptions(process.argv.slice(2))
    if (options === 'help') process.stdout.write(`${command.help}\n`)
    else process.exitCode = await command.run(options, controller.signal)
  } catch (error) {
    if (controller.signal.aborted) {
      process.stderr.write('Interrupted; nothing was written.\n')
      process.exitCode = 130
    } else if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\nSee ${command.name} -- --help\n`)
      process.exitCode = 2
    } else {
      throw error
    }
  }
}

type Flags = NonNullable<ParseArgsConfig['options']>
type Values<Known extends Flags> = ReturnType<
  typeof parseArgs<{ args: string[]; options: Known; strict: true }>
>['values']

/**
 * The values of flags.
 *
 * @throws UsageError for one that is not known, or that lacks its value.
 */
export const readFlags = <Known extends Flags>(
  args: readonly string[],
  flags: Known,
): Values<Known> => {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true }).values
  } catch (error) {
    const [reason] = (error as Error).message.split('. ')
    const allowed = Object.keys(flags).map((flag) => `--${flag}`)
    throw new UsageError(`${reason}; allowed: ${allowed.join(', ')}`)
  }
}

/** Refuses a flag's value. */
export const refuse = (flag: string, text: string, allowed: string): never => {
  throw new UsageError(`--${flag} cannot be “${text}”; allowed: ${allowed}`)
}

/** The entries of a flag that may stand several times or hold a list with commas. */
export const readList = (given: readonly string[] | undefined): string[] | undefined =>
  given?.flatMap((text) => text.split(',')).map((text) => text.trim())

/** A whole number, written in digits. */
export const readInteger = (flag: string, text: string, least: number, most: number): number => {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= most) return value
  return refuse(flag, text, `whole numbers ${least} to ${most}`)
}
