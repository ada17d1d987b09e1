/** The program of the page in which `wasm-chromium` computes. */
import { servePage } from '../page/serve-page.js'
import { runOnce, runPairs } from './wasm-run.js'

servePage({ 'wasm-chromium': { run: runOnce, runPairs } })
