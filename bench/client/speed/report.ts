/** The value in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

const line = (cells: readonly string[]) =>
  `${cells.map((cell, n) => (n === 0 ? cell.padEnd(58) : cell.padStart(14))).join(' ')}\n`

/** Prints one table: what was measured, what it is held to, and whether it holds. */
export function report() {
  process.stdout.write(`\n${line(['', 'ours', 'theirs', 'ratio', 'bar', ''])}`)
  const verdict = (value: number, bar: number) => (value <= bar ? 'met' : 'MISSED')
  const row = (...cells: string[]) => process.stdout.write(line(cells))
  return {
    /** Ours beside theirs, in milliseconds or bytes; the bar is on the ratio. */
    ratio(what: string, ours: number, theirs: number, bar: number) {
      const ratio = ours / theirs
      row(what, figure(ours), figure(theirs), ratio.toFixed(2), `<= ${bar}`, verdict(ratio, bar))
    },
    /** Ours alone. */
    limit(what: string, value: number, bar: number, unit: string) {
      row(what, figure(value), '', '', `<= ${bar} ${unit}`, verdict(value, bar))
    },
    /** For comparison, held to nothing. */
    note(what: string, value: number) {
      row(what, figure(value), '', '', '', '')
    },
  }
}

export type Report = ReturnType<typeof report>

function figure(value: number): string {
  return value.toFixed(Math.abs(value) < 10 ? 2 : 0)
}
