/** The program of the page in which `wasm-chromium` computes. */
import { runOnce } from './wasm-run.js'

Object.assign(globalThis, { answer: runOnce })
