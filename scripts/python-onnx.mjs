/**
 * `npm run python-onnx`: installs Debian's python3-onnx where it is missing. Its checker reads what `@arcmargin/onnx` writes; it
 * is the system's Python that has it, whatever other Python comes first on the PATH.
 */
import { spawnSync } from 'node:child_process'

const python = '/usr/bin/python3'
const byHand = 'apt-get update && apt-get install --yes python3-onnx'

const isThere = () => spawnSync(python, ['-c', 'import onnx'], { stdio: 'ignore' }).status === 0

const install = () => {
  if (isThere()) return
  if (process.getuid?.() !== 0) throw new Error(`python3-onnx is missing. As root: ${byHand}`)
  console.error('Installing python3-onnx …')
  spawnSync('sh', ['-c', byHand], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (!isThere()) throw new Error(`python3-onnx could not be installed. As root: ${byHand}`)
}

try {
  install()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
