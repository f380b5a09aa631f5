import { useEffect, useState } from 'react'

/** The longest delay that a timer can hold. */
const LONGEST = 2 ** 31 - 1

/** The time (ms), told anew when the next of `deadlines` passes: what expires by the clock alone shows it. */
export function useDeadlines(deadlines: readonly number[]): number {
  const [now, setNow] = useState(Date.now)
  const next = deadlines.reduce(
    (soonest, at) => (at > now && at < soonest ? at : soonest),
    Number.POSITIVE_INFINITY,
  )
  useEffect(() => {
    if (!Number.isFinite(next)) return
    const timer = setTimeout(() => setNow(Date.now()), Math.min(LONGEST, Math.max(0, next - Date.now()) + 20))
    return () => clearTimeout(timer)
  }, [next])
  return now
}
