import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pnpm } from './pnpm.mjs'
import { at, cache } from './root.mjs'
import { digest, isStamped, stamp } from './stamp.mjs'
import { Stop } from './stop.mjs'
import { manifests } from './workspace.mjs'

/** @type {[RegExp, string][]} */
const inWords = [
  [/OUTDATED_LOCKFILE/, 'pnpm-lock.yaml does not fit the package.json files'],
  [/ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN/, 'the package registry cannot be reached'],
  [/ENOSPC/, 'the disk is full'],
]

/** @param {string[]} lines of npx or pnpm, which say it somewhere in the middle */
function reasonIn(lines) {
  const known = inWords.find(([pattern]) => lines.some((line) => pattern.test(line)))
  const line = lines.find((text) => /ERR_|^npm error|Error:/.test(text)) ?? lines.at(-1)
  return known?.[1] ?? line?.trim() ?? 'npx did not start'
}

const file = at('node_modules/.strandline')

/**
 * Installs from the lockfile when it, or a manifest, is not what is installed.
 *
 * @param {import('./progress.mjs').Progress} progress
 */
export async function install(progress) {
  const paths = manifests()
  const wanted = digest(
    ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...paths],
    `${process.platform} ${process.arch}`,
  )
  if (isStamped(file, wanted) && existsSync(at('node_modules/.pnpm'))) return

  const step = progress.step('Installing dependencies')
  const log = join(cache, 'install.log')
  const { code, lines } = await pnpm(['install', '--frozen-lockfile', '--reporter=append-only'], {
    log,
    onLine: (line) => /^(Progress|Downloading)/.test(line) && step.detail(line.replace('Progress: ', '')),
  })
  if (code !== 0) {
    step.fail()
    throw new Stop(`Installing the dependencies failed: ${reasonIn(lines)} (all of it: ${log})`)
  }
  stamp(file, wanted)
  step.done()
}
