import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { runServer } from 'verdaccio'

/** A registry that lives as long as the rehearsal. */
export interface Registry {
  readonly url: string
  /** The lines of an .npmrc that send the scope to this registry, and everything else where it always comes from. */
  readonly npmrc: string
  close(): void
}

/** Starts a registry on loopback that knows this project's scope only and asks no other. */
export const startRegistry = async (folder: string): Promise<Registry> => {
  const server = await runServer({
    self_path: join(folder, 'config.yaml'),
    storage: join(folder, 'storage'),
    auth: { htpasswd: { file: join(folder, 'htpasswd') } },
    uplinks: {},
    packages: { '@arcmargin/*': { access: '$all', publish: '$anonymous $authenticated' } },
    log: { type: 'stdout', level: 'fatal' },
    web: { enable: false },
    max_body_size: '50mb',
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/`
  return {
    url,
    // npm refuses to publish without a token; this registry accepts any.
    npmrc: `@arcmargin:registry=${url}\n//127.0.0.1:${port}/:_authToken=rehearsal\n`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
