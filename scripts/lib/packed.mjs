import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { logOf } from './gate.mjs'
import { pnpm } from './pnpm.mjs'
import { at, cache } from './root.mjs'
import { untar } from './tar.mjs'
import { manifest, members } from './workspace.mjs'

/** @param {unknown} value @returns {string[]} every path an `exports` or `bin` field leads to */
function targets(value) {
  if (typeof value === 'string') return [value]
  return value && typeof value === 'object' ? Object.values(value).flatMap(targets) : []
}

/**
 * What is wrong with a package as it would be published.
 *
 * @param {Map<string, string>} files of the tarball
 */
export function faults(files) {
  const text = files.get('package/package.json') ?? '{}'
  const { exports, bin } = JSON.parse(text)
  const missing = [...targets(exports), ...targets(bin)]
    .map((path) => path.replace(/^\.\//, ''))
    .filter((path) => !files.has(`package/${path}`))
  return [
    ...(text.includes('workspace:') ? ['its manifest says workspace:, which nobody else can resolve'] : []),
    ...missing.map((path) => `it leads to ${path}, which is not in it`),
    ...[...files.keys()]
      .filter((path) => /\.test\.|\.tsbuildinfo$/.test(path))
      .map((path) => `it carries ${path}`),
  ]
}

/** Packs each publishable package and looks inside (acceptance S0-15). */
export async function packed() {
  const folder = join(cache, 'packed')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const wrong = []
  for (const member of members().filter((path) => !manifest(path).private)) {
    const before = new Set(readdirSync(folder))
    const { code, lines } = await pnpm(['pack', '--pack-destination', folder], {
      cwd: at(member),
      log: logOf('packed'),
    })
    const tarball = readdirSync(folder).find((name) => !before.has(name))
    if (code !== 0 || !tarball) wrong.push(`${member}: pnpm pack failed`, ...lines.slice(-5))
    else
      wrong.push(...faults(untar(readFileSync(join(folder, tarball)))).map((fault) => `${member}: ${fault}`))
  }
  if (wrong.length === 0) return { passed: 1, failed: 0, skipped: 0, tail: [] }
  return { passed: 0, failed: 1, skipped: 0, tail: wrong }
}
