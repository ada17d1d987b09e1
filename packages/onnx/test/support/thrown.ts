/** The error that a call throws; fails when it throws none, or one of another class. */
export const thrown = <E extends Error>(
  kind: abstract new (...args: never[]) => E,
  call: () => unknown,
): E => {
  let result: unknown
  try {
    result = call()
  } catch (error) {
    if (error instanceof kind) return error
    throw error
  }
  throw new Error(`expected a ${kind.name}, got ${String(result)}`)
}
