import { type Backend, float32 } from '../backend.js'
import { inChromium } from '../page/in-chromium.js'

/** `@arcmargin/wasm` in Chromium. Nothing may be fetched or evaluated but the program and WebAssembly. */
export const wasmChromium: Backend = inChromium(
  { name: 'wasm-chromium', tolerance: float32 },
  {
    program: new URL('wasm-page.ts', import.meta.url),
    pairs: true,
    policy: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:",
  },
)
