/** Cursors count intervals of this many ms since the epoch below (PROTOCOL, 10.1). */
const INTERVAL_MS = 20_000
const EPOCH_MS = Date.UTC(2024, 9, 9)
const MAX_JITTER_MS = 3_600_000

/**
 * The cursor of an answer: the current interval, or beyond the client's own when that is not behind it, so
 * that no two answers in a row share a cache key. `random` is in [0, 1).
 */
export function nextCursor(client: string | null, now: number, random: () => number): number {
  const current = Math.max(0, Math.floor((now - EPOCH_MS) / INTERVAL_MS))
  const given = client !== null && /^\d{1,15}$/.test(client) ? Number(client) : -1
  if (given < current) return current
  return given + 1 + Math.floor((random() * MAX_JITTER_MS) / INTERVAL_MS)
}
