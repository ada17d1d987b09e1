import { mergeConfig } from 'vitest/config'
import { nodeTests } from '../../vitest.base.js'

// One build and one server for all files; a browser each, and one file at a time on a small machine.
const browser = {
  test: {
    globalSetup: ['test/support/site.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
}

export default mergeConfig(nodeTests('gallery'), browser)
