import assert from 'node:assert/strict'
import type { ConsumerProgram } from './programs.js'

/** Throws when the numbers are not those that the program says. */
export const checkNumbers = (program: ConsumerProgram, numbers: unknown): void => {
  const { expected, tolerance } = program
  assert.ok(Array.isArray(numbers) && numbers.length === expected.length, `got ${numbers}`)
  numbers.forEach((got: unknown, index) => {
    const wanted = expected[index] ?? Number.NaN
    const isNear = Math.abs(Number(got) - wanted) <= tolerance * Math.max(1, Math.abs(wanted))
    assert.ok(isNear, `number ${index} is ${got}, not ${wanted}: [${numbers.join(', ')}]`)
  })
}
