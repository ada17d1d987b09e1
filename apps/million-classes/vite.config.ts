import { mergeConfig } from 'vite'
import { page } from '../../vite.base.js'

// TensorFlow.js is a chunk of one worker's own, loaded when somebody wants it.
export default mergeConfig(page, {
  worker: { format: 'es' },
  build: { chunkSizeWarningLimit: 1500 },
})
