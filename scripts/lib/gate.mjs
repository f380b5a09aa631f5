import { join } from 'node:path'
import { cache } from './root.mjs'
import { run } from './run.mjs'

const minute = 60_000
const shown = 60

/** @param {string} name */
export const logOf = (name) => join(cache, 'lanes', `${name}.log`)

/** @param {{ lines: string[], timedOut: boolean, code: number | null }} ended @param {number} limit */
export function tailOf({ lines, timedOut, code }, limit) {
  const end = timedOut ? `ended after its limit of ${limit / minute} minutes` : `exit code ${code ?? 'none'}`
  return [...lines.slice(-shown), end]
}

/**
 * A tool that passes or fails as a whole: it counts as one test.
 *
 * @param {string} name
 * @param {string[]} args of Node
 * @returns {Promise<import('./lanes.mjs').Tally>}
 */
export async function gate(name, args) {
  const limit = 5 * minute
  const ended = await run(process.execPath, args, { log: logOf(name), limit })
  if (ended.code === 0) return { passed: 1, failed: 0, skipped: 0, tail: [] }
  return { passed: 0, failed: 1, skipped: 0, tail: tailOf(ended, limit) }
}
