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
 * @property {{ name: string, status: string, message?: string, assertionResults: { status: string, ancestorTitles: string[], duration?: number | null }[] }[]} testResults
 */

const limit = 15 * 60_000

/**
 * Counts a report. A file that failed as a whole, before or beside its tests, is one failure of its own;
 * so is a run that ends badly though none of its tests did, and one without any test.
 *
 * @param {Report | undefined} report
 * @param {number | null} code
 * @param {string[]} [excused] groups whose tests may be skipped
 */
export function count(report, code, excused = []) {
  const tally = { passed: 0, failed: 0, skipped: 0, excused: 0 }
  for (const { status, assertionResults } of report?.testResults ?? []) {
    const failedBefore = tally.failed
    for (const test of assertionResults) {
      if (test.status === 'passed') tally.passed++
      else if (test.status === 'failed') tally.failed++
      else if (test.ancestorTitles.some((title) => excused.includes(title))) tally.excused++
      else tally.skipped++
    }
    if (status === 'failed' && tally.failed === failedBefore) tally.failed++
  }
  const ranNothing = tally.passed + tally.failed === 0
  if (tally.failed === 0 && (code !== 0 || ranNothing)) tally.failed = 1
  return tally
}

/**
 * Seconds that tests took, their hooks and all that is loaded for them aside.
 *
 * @param {Report | undefined} report
 */
export function testTime(report) {
  const tests = report?.testResults.flatMap(({ assertionResults }) => assertionResults) ?? []
  return tests.reduce((ms, { duration }) => ms + (duration ?? 0), 0) / 1000
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
 * One Vitest project as a lane. `shuffled`: not in the order of the files, so that no test can lean on another, yet the
 * same each time unless the variable SEED says otherwise: a run that fails is about a change, not about luck.
 *
 * @param {string} project
 * @param {{ detail?: (text: string) => void, env?: NodeJS.ProcessEnv, excused?: string[], shuffled?: boolean }} [options]
 * @returns {Promise<import('./lanes.mjs').Tally>}
 */
export async function vitest(project, { detail, env = {}, excused = [], shuffled = false } = {}) {
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
      ...(shuffled ? ['--sequence.shuffle.tests', `--sequence.seed=${process.env.SEED ?? 1}`] : []),
    ],
    {
      log: logOf(project),
      limit,
      env: { CI: 'true', ...env },
      onLine: (line) => line.trim() && detail?.(line.trim().slice(0, 100)),
    },
  )
  const report = read(out)
  const tally = count(report, ended.code, excused)
  const notes = [
    `${testTime(report).toFixed(1)} s of test time`,
    ...(tally.skipped > 0 ? [`${tally.skipped} skipped`] : []),
    ...(tally.excused > 0 ? [`${tally.excused} not offered: ${excused.join(', ')}`] : []),
  ]
  return { ...tally, note: notes.join('; '), tail: tally.failed > 0 ? tailOf(ended, limit) : [] }
}
