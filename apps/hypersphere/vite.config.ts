import { mergeConfig } from 'vite'
import { page } from '../../vite.base.js'
import { digitsPlugin } from './src/data/plugin.js'

// The worker, which alone loads the digits, is built on its own; the backend that it uses is a chunk, and chunks need ES modules.
export default mergeConfig(page, {
  worker: { format: 'es', plugins: () => [digitsPlugin()] },
  build: { chunkSizeWarningLimit: 1500 },
})
