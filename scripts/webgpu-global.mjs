/** Preloaded (`node --import`), gives a program `navigator.gpu`: what is written for a page then runs in Node. */
import { provideWebGpu } from './webgpu.mjs'

await provideWebGpu()
