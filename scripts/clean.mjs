/** Empties the calling package's dist: its build runs several recipes side by side, none of which may clean for the others. */
import { rmSync } from 'node:fs'

rmSync('dist', { recursive: true, force: true })
