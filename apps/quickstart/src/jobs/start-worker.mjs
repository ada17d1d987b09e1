// A thread does not inherit `--import tsx`, so it learns TypeScript here.
import { register } from 'tsx/esm/api'

register()
await import('./worker.ts')
