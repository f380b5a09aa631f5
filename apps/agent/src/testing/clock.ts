import type { Clock } from '../clock.ts'

/** A clock that stands until `advance` moves it. */
export interface TestClock extends Clock {
  /** Calls what falls due on the way, in order. */
  advance(ms: number): void
  /** Calls that are still to come. */
  readonly timers: number
}

export function testClock(start = 1_000_000): TestClock {
  let now = start
  let next = 0
  const due = new Map<number, { readonly at: number; readonly fn: () => void }>()
  return {
    now: () => now,
    after(ms, fn) {
      const id = next++
      due.set(id, { at: now + ms, fn })
      return () => due.delete(id)
    },
    advance(ms) {
      const end = now + ms
      for (;;) {
        const [first] = [...due].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)
        if (!first) break
        const [id, { at, fn }] = first
        due.delete(id)
        now = Math.max(now, at)
        fn()
      }
      now = end
    },
    get timers() {
      return due.size
    },
  }
}
