/** Values of WebGPU's flags; Node has no globals for them before a GPU is created, and TypeScript's library has none at all. */
export const usage = {
  mapRead: 0x1,
  mapWrite: 0x2,
  copySource: 0x4,
  copyTarget: 0x8,
  uniform: 0x40,
  storage: 0x80,
} as const

/** `GPUMapMode.READ`. */
export const mapRead = 0x1

/** `GPUShaderStage.COMPUTE`. */
export const computeStage = 0x4
