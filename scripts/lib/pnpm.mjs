import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { run } from './run.mjs'

const version = '12.21.0'

/** npx by its script where npm started us (no shell, also on Windows), else by its name. */
function npx() {
  const npm = process.env.npm_execpath ?? ''
  const script = join(dirname(npm), 'npx-cli.js')
  if (basename(npm) === 'npm-cli.js' && existsSync(script))
    return { command: process.execPath, first: [script] }
  return { command: 'npx', first: [], shell: process.platform === 'win32' }
}

/**
 * Runs the pnpm this repository is pinned to, which need not be installed.
 *
 * @param {string[]} args
 * @param {Omit<NonNullable<Parameters<typeof run>[2]>, 'shell'>} [options]
 */
export function pnpm(args, options) {
  const { command, first, shell = false } = npx()
  // CI: no prompt may wait for an answer nobody gives. loglevel: npm's own warnings are not ours to show.
  const env = { ...options?.env, CI: 'true', npm_config_loglevel: 'error' }
  return run(command, [...first, '-y', `pnpm@${version}`, ...args], { ...options, env, shell })
}
