import { expect, test } from 'vitest'
import { nextRows } from '../../src/backend.js'

test('each row leads to the next of its class, ignored rows nowhere', () => {
  expect([...nextRows([3, 0, -1, 3, 3, 0, -1, 2])]).toEqual([3, 5, -1, 4, -1, -1, -1, -1])
  expect([...nextRows([])]).toEqual([])
})
