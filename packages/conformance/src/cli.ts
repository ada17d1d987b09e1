import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { backends } from './backends/all.js'
import { ownVectors, readVectors } from './schema.js'
import { type Outcome, runFile } from './suite.js'

const names = backends.map(({ name }) => name).join(', ')
const help = `Runs every margin-golden/1 file of a directory against a backend.

  npm run conformance -- --backend <name> [--vectors <directory>]

  --backend   one of: ${names}
  --vectors   default: the project's own
  --help      this text`

const fail = (message: string): never => {
  console.error(`${message}\n\n${help}`)
  process.exit(2)
}

const readOptions = (): { backend?: string; vectors?: string; help?: boolean } => {
  try {
    return parseArgs({
      options: {
        backend: { type: 'string' },
        vectors: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
}

const figure = (value: number): string => (value === 0 ? '0' : value.toExponential(1)).padStart(8)

const line = (outcome: Outcome): string => {
  const name = outcome.loss.padEnd(36)
  if ('skipped' in outcome) return `${name} skipped: ${outcome.skipped}`
  const { cases, errors, passed, failures } = outcome
  const { logits, loss, rows, gradX, gradW } = errors
  const columns = `logits ${figure(logits)}  loss ${figure(loss)}  rows ${figure(rows)}  grad_x ${figure(gradX)}  grad_W ${figure(gradW)}`
  return `${name}${String(cases).padStart(3)} cases  ${columns}  ${passed ? 'pass' : `FAIL ${failures.length}`}${failures.map((failure) => `\n  ${failure}`).join('')}`
}

const options = readOptions()
if (options.help) {
  console.log(help)
  process.exit(0)
}
const backend =
  backends.find(({ name }) => name === options.backend) ??
  fail(`--backend ${options.backend ?? 'is missing'}; allowed: ${names}`)

let [passed, failed, skipped] = [0, 0, 0]
// npm runs this in the package; a relative directory is the caller's.
const directory = resolve(process.env['INIT_CWD'] ?? '.', options.vectors ?? ownVectors)
for (const file of readVectors(directory)) {
  const outcome = await runFile(backend, file)
  console.log(line(outcome))
  if ('skipped' in outcome) skipped++
  else if (outcome.passed) passed++
  else failed++
}
await backend.close?.()
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exitCode = failed > 0 ? 1 : 0
