import { defineConfig } from 'vitest/config'
import { nodeTests } from './vitest.base.js'

/** Where `npm test` wants the counts. */
const report = process.env['UNIT_REPORT']

export default defineConfig({
  test: {
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    projects: [
      'packages/*/vitest.config.ts',
      'apps/*/vitest.config.ts',
      'benchmarks/vitest.config.ts',
      'release/vitest.config.ts',
      nodeTests('docs', ['test/{docs,samples}.test.ts']),
      nodeTests('repository', ['test/{repository,workflows}.test.ts']),
      nodeTests('memory', ['test/pair-memory.test.ts']),
    ],
  },
})
