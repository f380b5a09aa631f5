import type { Locks } from './leader.ts'

/**
 * Tails held open to one host, over all tabs: browsers give HTTP/1.1 six connections a host, and catching up and
 * sending need some of them (decisions/client-many-streams.md).
 */
export const TAILS = 4

/** A stream's right to hold a connection open. */
export interface Slot {
  held(): boolean
  /** Takes one where there is one free. */
  take(): Promise<void>
  release(): void
}

/** Slots by the URL of a stream; each is given back with `signal`. */
export type Slots = (url: string, signal: AbortSignal) => Slot

/** `limited`: whether connections to a host are few. */
export function tailSlots(locks: Locks | undefined, limited: (origin: string) => boolean = isLimited): Slots {
  const hold = holder(locks)
  return (url, signal) => {
    const { origin } = new URL(url)
    let release: (() => void) | undefined
    const free = () => {
      release?.()
      release = undefined
    }
    signal.addEventListener('abort', free)
    return {
      held: () => release !== undefined,
      release: free,
      async take() {
        if (!limited(origin)) release ??= () => undefined
        for (let n = 0; n < TAILS && !release; n++) release = await hold(`strandline-tail-${n}:${origin}`)
        if (signal.aborted) free()
      },
    }
  }
}

/** Holds a name for as long as nobody lets go of it, or nothing where somebody else holds it. */
type Hold = (name: string) => Promise<(() => void) | undefined>

function holder(locks: Locks | undefined): Hold {
  const held = new Set<string>()
  const own: Hold = async (name) => {
    if (held.has(name)) return undefined
    held.add(name)
    return () => held.delete(name)
  }
  if (!locks) return own
  return (name) =>
    new Promise((resolve) => {
      const body = (lock: Lock | null) =>
        lock ? new Promise<void>((release) => resolve(release)) : resolve(undefined)
      // Where storage is blocked, so are locks: the page counts its own connections then.
      locks.request(name, { ifAvailable: true }, body).catch(() => resolve(own(name)))
    })
}

/** A page or worker, unless requests to the host were seen to share one connection (HTTP/2 and later). */
function isLimited(origin: string): boolean {
  if (typeof location === 'undefined') return false
  const requests = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
  return !requests.some(
    ({ name, nextHopProtocol }) => name.startsWith(origin) && /^h[23]/.test(nextHopProtocol),
  )
}
