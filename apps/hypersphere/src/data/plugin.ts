import { deflateRawSync } from 'node:zlib'
import type { Plugin } from 'vite'
import { readPackage } from './package.js'
import { pack } from './packed.js'

/** What the page imports. */
const name = 'virtual:digits'

/** Gives the page the address of the packed digits, made from the npm package when the page is built or served. */
export const digitsPlugin = (): Plugin => {
  let isServed = false
  const packed = async (): Promise<Buffer> => deflateRawSync(pack(await readPackage()))
  return {
    name: 'digits',
    configResolved({ command }) {
      isServed = command === 'serve'
    },
    configureServer({ middlewares }) {
      middlewares.use('/digits.bin', async (_, response) => response.end(await packed()))
    },
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    async load(id) {
      if (id !== `\0${name}`) return undefined
      if (isServed) return `export default '/digits.bin'`
      const file = this.emitFile({ type: 'asset', name: 'digits.bin', source: await packed() })
      return `export default import.meta.ROLLUP_FILE_URL_${file}`
    },
  }
}
