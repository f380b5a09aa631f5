/** @typedef {import('./lanes.mjs').Result} Result */

/** @param {string[]} cells */
const row = ([name = '', ...cells]) => `${name.padEnd(14)}${cells.map((cell) => cell.padStart(10)).join('')}`

/**
 * The table of lanes, and as its last line the sum.
 *
 * @param {Result[]} results
 */
export function summary(results) {
  /** @param {'passed' | 'failed' | 'skipped'} key */
  const sum = (key) => results.reduce((total, { tally }) => total + tally[key], 0)
  const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')]
  const rows = results.map(({ name, seconds, tally }) =>
    row([name, `${seconds.toFixed(1)} s`, ...[tally.passed, tally.failed, tally.skipped].map(String)]),
  )
  const refusal = skipped > 0 ? [`${skipped} skipped: a skipped test fails the run`] : []
  return {
    ok: failed === 0 && skipped === 0,
    lines: [
      '',
      row(['lane', 'time', 'passed', 'failed', 'skipped']),
      ...rows,
      ...refusal,
      `${passed} passed, ${failed} failed`,
    ],
  }
}
