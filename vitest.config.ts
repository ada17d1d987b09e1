import { defineConfig } from 'vitest/config'
import { nodeTests } from './vitest.base.js'

export default defineConfig({
  test: {
    projects: [
      'packages/*/vitest.config.ts',
      'apps/*/vitest.config.ts',
      nodeTests('docs', ['test/{docs,samples}.test.ts']),
      nodeTests('repository', ['test/repository.test.ts']),
    ],
  },
})
