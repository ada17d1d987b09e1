import { runCommand } from '../../scripts/command.js'
import { bench } from './bench.js'
import { help, readOptions } from './options.js'

await runCommand({ name: 'npm run bench', help, readOptions, run: bench })
