import { execFileSync } from 'node:child_process'
import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Registry } from './registry.js'

/** Links the entries of an installed folder one by one, but for the workspaces: those have to be the copy's own. */
const linkModules = (from: string, to: string): void => {
  if (!existsSync(from)) return
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from)) {
    if (entry !== '@arcmargin' && !entry.startsWith('.package-lock'))
      symlinkSync(join(from, entry), join(to, entry))
  }
}

/** Copies the files of a checkout as they are now, committed or not, and lends it what is installed. */
export const copyCheckout = (root: string, copy: string, registry: Registry): void => {
  const git = (cwd: string, ...args: string[]): string =>
    execFileSync('git', args, { cwd, encoding: 'utf8', maxBuffer: 1 << 26 })
  const files = git(root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard')
  for (const file of files.split('\0')) {
    if (file === '' || !existsSync(join(root, file))) continue
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    cpSync(join(root, file), join(copy, file))
  }
  linkModules(join(root, 'node_modules'), join(copy, 'node_modules'))
  mkdirSync(join(copy, 'node_modules/@arcmargin'))
  for (const name of readdirSync(join(copy, 'packages'))) {
    symlinkSync(join(copy, 'packages', name), join(copy, 'node_modules/@arcmargin', name))
    const modules = join('packages', name, 'node_modules')
    linkModules(join(root, modules), join(copy, modules))
  }
  appendFileSync(join(copy, '.npmrc'), `\n${registry.npmrc}`)
  git(copy, 'init', '--quiet', '--initial-branch=main')
  git(copy, 'config', 'user.name', 'Release rehearsal')
  git(copy, 'config', 'user.email', 'rehearsal@localhost')
  commit(copy, 'a checkout')
}

/** Commits everything: tags of a release need a commit. */
export const commit = (copy: string, message: string): void => {
  execFileSync('git', ['add', '--all'], { cwd: copy })
  execFileSync('git', ['commit', '--quiet', '--allow-empty', '-m', message], { cwd: copy })
}
