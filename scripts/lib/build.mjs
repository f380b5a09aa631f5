import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { bin } from './bin.mjs'
import { at, cache } from './root.mjs'
import { run } from './run.mjs'
import { digest, isStamped, stamp } from './stamp.mjs'
import { Stop } from './stop.mjs'
import { members } from './workspace.mjs'

const file = join(cache, 'build.stamp')
const made = [
  'apps/relay/dist/main.js',
  'apps/agent/dist/main.js',
  'packages/client/dist/index.js',
  'apps/web/dist/index.html',
]

export const compile = [
  bin('tsc'),
  '-b',
  'packages/client',
  'packages/state',
  'packages/chat',
  'apps/relay',
  'apps/agent',
  '--pretty',
  'false',
]
const bundle = [bin('vite'), 'build', '--logLevel', 'warn']

/**
 * Builds packages, relay, agent and page when their sources are not what was built last.
 *
 * @param {import('./progress.mjs').Progress} progress
 */
export async function build(progress) {
  const config = ['pnpm-lock.yaml', 'tsconfig.base.json', 'vite.config.ts']
  const wanted = digest([...config, ...members()], process.versions.node)
  if (isStamped(file, wanted) && made.every((path) => existsSync(at(path)))) return
  const ends = await Promise.allSettled([
    buildOne(progress, 'Building packages, relay and agent', compile, join(cache, 'build-packages.log')),
    buildOne(progress, 'Building the page', bundle, join(cache, 'build-page.log')),
  ])
  for (const end of ends) if (end.status === 'rejected') throw end.reason
  mkdirSync(cache, { recursive: true })
  stamp(file, wanted)
}

/**
 * @param {import('./progress.mjs').Progress} progress
 * @param {string} label
 * @param {string[]} args
 * @param {string} log
 */
async function buildOne(progress, label, args, log) {
  const step = progress.step(label)
  const { code, lines } = await run(process.execPath, args, { log })
  if (code === 0) return step.done()
  step.fail()
  const reason = lines.find((line) => /error/i.test(line)) ?? lines[0] ?? 'it wrote nothing'
  throw new Stop(`${label} failed: ${reason.trim()} (all of it: ${log})`)
}
