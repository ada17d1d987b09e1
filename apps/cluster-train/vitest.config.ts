import { mergeConfig } from 'vitest/config'
import { nodeTests } from '../../vitest.base.js'

// Processes that wait for each other are slow on a busy machine.
const patience = { test: { testTimeout: 600_000 } }

export default mergeConfig(nodeTests('cluster-train'), patience)
