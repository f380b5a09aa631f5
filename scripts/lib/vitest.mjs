import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { bin } from './bin.mjs'
import { logOf, tailOf } from './gate.mjs'
import { cache } from './root.mjs'
import { run } from './run.mjs'

/**
 * What Vitest's JSON reporter writes, as far as it is read here.
 *
 * @typedef {object} Report
 * @property {{ name: string, status: string, message?: string, assertionResults: { status: string, fullName: string }[] }[]} testResults
 */

const limit = 15 * 60_000

/**
 * Counts a report. A file that failed as a whole, before or beside its tests, is one failure of its own;
 * so is a run that ends badly though none of its tests did.
 *
 * @param {Report | undefined} report
 * @param {number | null} code
 * @param {(fullName: string) => boolean} [excused] tests that may be skipped
 */
export function count(report, code, excused = () => false) {
  const tally = { passed: 0, failed: 0, skipped: 0 }
  for (const file of report?.testResults ?? []) {
    const failed = file.assertionResults.filter(({ status }) => status === 'failed').length
    tally.passed += file.assertionResults.filter(({ status }) => status === 'passed').length
    tally.skipped += file.assertionResults.filter(
      ({ status, fullName }) => status !== 'passed' && status !== 'failed' && !excused(fullName),
    ).length
    tally.failed += file.status === 'failed' ? Math.max(1, failed) : failed
  }
  const ranNothing = tally.passed + tally.failed === 0
  if (tally.failed === 0 && (code !== 0 || ranNothing)) tally.failed = 1
  return tally
}

/** @param {string} file @returns {Report | undefined} */
function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * One Vitest project as a lane.
 *
 * @param {string} project
 * @param {{ env?: NodeJS.ProcessEnv, excused?: (fullName: string) => boolean }} [options]
 * @returns {Promise<import('./lanes.mjs').Tally>}
 */
export async function vitest(project, { env = {}, excused } = {}) {
  const out = join(cache, 'lanes', `${project}.json`)
  mkdirSync(join(cache, 'lanes'), { recursive: true })
  rmSync(out, { force: true })
  const ended = await run(
    process.execPath,
    [
      bin('vitest'),
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${out}`,
    ],
    { log: logOf(project), limit, env: { CI: 'true', ...env } },
  )
  const tally = count(read(out), ended.code, excused)
  return { ...tally, tail: tally.failed > 0 ? tailOf(ended, limit) : [] }
}
