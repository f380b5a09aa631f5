import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { at } from './root.mjs'
import { manifest, members } from './workspace.mjs'

const name = '@tanstack/db'
const users = ['@tanstack/react-db', '@durable-streams/state']

/**
 * The folder a package is found in from another one, by Node's own rule of walking up.
 *
 * @param {string} wanted @param {string} from
 * @returns {string | undefined}
 */
function locate(wanted, from) {
  const found = join(from, 'node_modules', wanted)
  if (existsSync(found)) return realpathSync(found)
  const parent = dirname(from)
  return parent === from ? undefined : locate(wanted, parent)
}

/** Two copies of TanStack DB do not know each other's collections: every way to it must meet. */
function copiesOfDb() {
  /** @type {Map<string, string[]>} */
  const copies = new Map()
  /** @param {string} from @param {string} label */
  const look = (from, label) => {
    const found = locate(name, from)
    if (found) copies.set(found, [...(copies.get(found) ?? []), label])
  }
  for (const member of members()) {
    const { dependencies = {}, devDependencies = {} } = manifest(member)
    const wanted = { ...dependencies, ...devDependencies }
    if (wanted[name]) look(at(member), member)
    for (const user of users.filter((user) => wanted[user])) {
      const folder = locate(user, at(member))
      if (folder) look(folder, `${member} > ${user}`)
    }
  }
  return copies
}

/** @returns {Promise<import('./lanes.mjs').Tally>} */
export async function oneDb() {
  const copies = [...copiesOfDb()].map(([folder, ways]) => `${folder}: ${ways.join(', ')}`)
  if (copies.length === 1) return { passed: 1, failed: 0, skipped: 0, tail: [] }
  return {
    passed: 0,
    failed: 1,
    skipped: 0,
    tail: [`${copies.length} copies of ${name}, not one:`, ...copies],
  }
}
