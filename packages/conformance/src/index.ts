export type { Answer, Backend, Request, Tolerance } from './backend.js'
export { backends } from './backends/all.js'
export { ownVectors, readVectors } from './schema.js'
export { type Outcome, runFile } from './suite.js'
