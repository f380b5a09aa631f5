import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { at } from './root.mjs'

const ignored = new Set(['node_modules', 'dist', '.cache'])

/**
 * Every file below the given paths, in a stable order. A path that does not exist has none.
 *
 * @param {string[]} paths relative to the repository
 * @returns {string[]}
 */
export function filesBelow(paths) {
  return paths.flatMap((path) => {
    const stat = statSync(at(path), { throwIfNoEntry: false })
    if (!stat) return []
    if (stat.isFile()) return [path]
    const names = readdirSync(at(path)).filter((name) => !ignored.has(name))
    return filesBelow(names.sort().map((name) => join(path, name)))
  })
}

/**
 * What a step was made from, as one digest of names and contents.
 *
 * @param {string[]} paths
 * @param {string} [salt]
 */
export function digest(paths, salt = '') {
  const hash = createHash('sha256').update(salt)
  for (const file of filesBelow(paths)) hash.update(`\0${file}\0`).update(readFileSync(at(file)))
  return hash.digest('hex')
}

/** @param {string} file @param {string} value */
export function isStamped(file, value) {
  try {
    return readFileSync(file, 'utf8') === value
  } catch {
    return false
  }
}

/** @param {string} file @param {string} value */
export const stamp = (file, value) => writeFileSync(file, value)
