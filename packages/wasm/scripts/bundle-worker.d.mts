/** The text of src/head/worker-code.ts. */
export function bundleWorker(): Promise<string>
