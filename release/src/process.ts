import { spawn } from 'node:child_process'

/** How a command runs. */
export interface CommandOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Whether what it prints is shown as it comes, too. */
  readonly show?: boolean
  /** Whether a failure is an answer like another one; by default it is an error. */
  readonly mayFail?: boolean
}

/**
 * Runs a program to its end and gives what it printed.
 *
 * @throws Error with the command and everything that it printed, when it fails and may not.
 */
export const run = (
  program: string,
  args: readonly string[],
  { cwd, env = {}, show = false, mayFail = false }: CommandOptions,
): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, CI: '1', NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text
      if (show) process.stdout.write(text)
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text
      if (show) process.stderr.write(text)
    })
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0 || mayFail) resolve(stdout)
      else reject(new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`))
    })
  })
