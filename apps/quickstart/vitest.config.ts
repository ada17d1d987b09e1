import { mergeConfig } from 'vitest/config'
import { nodeTests } from '../../vitest.base.js'

// Training and whole processes take seconds, and many on a busy machine.
const patience = { test: { testTimeout: 120_000, hookTimeout: 120_000 } }

export default mergeConfig(nodeTests('quickstart'), patience)
