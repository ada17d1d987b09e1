import type { Backend } from '../backend.js'
import { coreF32, coreF64 } from './core.js'

/** Every backend by name. */
export const backends: readonly Backend[] = [coreF64, coreF32]
