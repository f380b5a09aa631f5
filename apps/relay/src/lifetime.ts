import type { Lifetime, StreamState } from './state.ts'

const FOREVER: Lifetime = { kind: 'forever' }

const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/

/** The lifetime two request headers ask for; undefined when they are malformed or both there. */
export function readLifetime(
  ttl: string | null,
  expiresAt: string | null,
  now: number,
): Lifetime | undefined {
  if (ttl !== null && expiresAt !== null) return undefined
  if (ttl !== null) {
    if (!/^(0|[1-9]\d{0,11})$/.test(ttl)) return undefined
    return { kind: 'window', seconds: Number(ttl), touched: now }
  }
  if (expiresAt !== null) {
    const at = RFC3339.test(expiresAt) ? Date.parse(expiresAt) : Number.NaN
    return Number.isNaN(at) ? undefined : { kind: 'until', at, text: expiresAt }
  }
  return FOREVER
}

/** The moment (ms) a stream ends by itself, or undefined. */
function dueAt(lifetime: Lifetime): number | undefined {
  switch (lifetime.kind) {
    case 'forever':
      return undefined
    case 'window':
      return lifetime.touched + lifetime.seconds * 1000
    case 'until':
      return lifetime.at
  }
}

export function isOver(lifetime: Lifetime, now: number): boolean {
  const due = dueAt(lifetime)
  return due !== undefined && now >= due
}

export function sameLifetime(a: Lifetime, b: Lifetime): boolean {
  if (a.kind === 'window') return b.kind === 'window' && a.seconds === b.seconds
  if (a.kind === 'until') return b.kind === 'until' && a.at === b.at
  return b.kind === 'forever'
}

/** The same lifetime with its sliding window, if it has one, starting at `now`. */
export function touched(lifetime: Lifetime, now: number): Lifetime {
  return lifetime.kind === 'window' ? { ...lifetime, touched: now } : lifetime
}

export type Presence = 'here' | 'missing' | 'gone'

/** What a client sees at a path: an expired stream is missing, one kept for its forks alone is gone. */
export function presence(state: StreamState | undefined, now: number): Presence {
  if (state === undefined) return 'missing'
  if (state.hidden) return 'gone'
  if (!isOver(state.lifetime, now)) return 'here'
  return state.forks > 0 ? 'gone' : 'missing'
}
