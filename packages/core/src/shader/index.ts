export { type Emitted, emitShader } from './emit.js'
export type { ShaderLanguage } from './language.js'
