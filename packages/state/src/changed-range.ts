/** What differs between two lists: `before` from `start` up to `beforeEnd` gave way to `after` up to `afterEnd`. */
export interface ChangedRange {
  readonly start: number
  readonly beforeEnd: number
  readonly afterEnd: number
}

/** By identity; the lists are the same before the range and after it. */
export function changedRange<T>(before: readonly T[], after: readonly T[]): ChangedRange {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start++
  let beforeEnd = before.length
  let afterEnd = after.length
  while (beforeEnd > start && afterEnd > start && before[beforeEnd - 1] === after[afterEnd - 1]) {
    beforeEnd--
    afterEnd--
  }
  return { start, beforeEnd, afterEnd }
}
