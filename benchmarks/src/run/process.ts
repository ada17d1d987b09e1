import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Duplex } from 'node:stream'
import type { Launch } from '../engines/all.js'
import type { Command, Finished, Ready, Turn, Unavailable } from './protocol.js'

/** The engine cannot run on this machine; the message says what to install. */
export class UnavailableError extends Error {}

/** An engine's process, from the command's side. */
export interface EngineProcess {
  /** Resolves when the problem is in memory. */
  ready(): Promise<Ready>
  step(steps: number): Promise<Turn>
  /** Writes the gradients into `folder`. */
  finish(folder: string): Promise<Finished>
  /** Ends the process, whatever it does; resolves when it is gone. */
  stop(): Promise<void>
}

const lastLines = 12

/** Starts an engine. Every promise rejects with the process's last words when it ends early. */
export const startProcess = ({ command, args, env, missing }: Launch): EngineProcess => {
  const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] })
  const channel = child.stdio[3] as Duplex
  let words: string[] = []
  createInterface({ input: child.stderr as Duplex }).on('line', (line) => {
    words = [...words, line].slice(-lastLines)
  })
  const ended = new Promise<Error>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ENOENT' ? new UnavailableError(missing) : error)
    })
    child.once('close', (code, signal) => {
      resolve(new Error([`ended with ${signal ?? `code ${code}`}`, ...words].join('\n')))
    })
  })
  channel.on('error', () => {}) // Writing to a process that is gone; `ended` tells why.
  const lines = createInterface({ input: channel })[Symbol.asyncIterator]()

  const receive = async <Reply>(): Promise<Reply> => {
    const line = await lines.next().catch(() => undefined) // A pipe that breaks: the process is gone.
    if (!line || line.done) throw await ended
    const reply = JSON.parse(line.value) as Reply | Unavailable
    if (typeof reply === 'object' && reply && 'unavailable' in reply) {
      throw new UnavailableError(reply.unavailable)
    }
    return reply
  }
  const ask = <Reply>(message: Command): Promise<Reply> => {
    channel.write(`${JSON.stringify(message)}\n`)
    return receive()
  }
  return {
    ready: () => receive(),
    step: (steps) => ask({ command: 'step', steps }),
    finish: (folder) => ask({ command: 'finish', folder }),
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
