export interface BackoffLimits {
  /** Milliseconds of the first wait, before jitter. */
  readonly first: number
  /** Milliseconds no wait exceeds, `Retry-After` aside. */
  readonly longest: number
}

const BACKOFF: BackoffLimits = { first: 500, longest: 30_000 }

/**
 * Milliseconds before try number `attempt` (1 is the first repeat): doubling up to the cap, with the upper
 * half random so that many clients do not come back in one wave.
 */
export function backoffDelay(attempt: number, random: number, limits: BackoffLimits = BACKOFF): number {
  const ceiling = Math.min(limits.longest, limits.first * 2 ** Math.min(attempt - 1, 30))
  return Math.round(ceiling / 2 + (random * ceiling) / 2)
}
