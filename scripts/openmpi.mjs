/**
 * `npm run openmpi`: installs Debian's Open MPI where it is missing. Tests of `@arcmargin/mpi` start their processes with its mpirun.
 */
import { spawnSync } from 'node:child_process'

const byHand =
  'apt-get update && apt-get install --yes --no-install-recommends openmpi-bin libopenmpi-dev'

const isThere = () => spawnSync('mpirun', ['--version'], { stdio: 'ignore' }).status === 0

const install = () => {
  if (isThere()) return
  if (process.getuid?.() !== 0) throw new Error(`Open MPI is missing. As root: ${byHand}`)
  console.error(`Installing Open MPI (${byHand}) …`)
  spawnSync('sh', ['-c', byHand], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (!isThere()) throw new Error(`Open MPI could not be installed. As root: ${byHand}`)
}

try {
  install()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
