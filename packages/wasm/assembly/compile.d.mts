/** The text of src/kernel/module.ts. */
export function compileKernels(): Promise<string>
