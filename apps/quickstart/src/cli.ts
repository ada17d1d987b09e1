import { runCommand } from '../../../scripts/command.js'
import { demo } from './demo.js'
import { help, readOptions } from './options.js'

await runCommand({ name: 'npm run demo', help, readOptions, run: demo })
