import { bench } from './bench.js'
import { help, readOptions, UsageError } from './options.js'

const controller = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => controller.abort(new Error(`Interrupted by ${signal}`)))
}

const main = async (): Promise<number> => {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') {
    process.stdout.write(`${help}\n`)
    return 0
  }
  return bench(options, controller.signal)
}

try {
  process.exitCode = await main()
} catch (error) {
  if (controller.signal.aborted) {
    process.stderr.write('Interrupted; nothing was written.\n')
    process.exitCode = 130
  } else if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\nSee npm run bench -- --help\n`)
    process.exitCode = 2
  } else {
    throw error
  }
}
