import { fault, task } from './store.js'

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Runs something that may fail; one thing at a time, and the page says what. */
export const attempt = async (text: string, work: () => Promise<void>): Promise<void> => {
  if (task.value) {
    fault.value = `Wait a moment: ${task.value.text}`
    return
  }
  fault.value = ''
  task.value = { text }
  try {
    await work()
  } catch (error) {
    fault.value = message(error)
  } finally {
    task.value = undefined
  }
}

/** Lets the browser draw. */
export const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))
