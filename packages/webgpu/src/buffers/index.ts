export { BufferPass, type BufferShape, type PassBuffers, paddedRows } from './buffer-pass.js'
