/** Time, as the agent takes it: tests put in one that stands until it is moved. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls `fn` once after `ms`; returns the way to call it off. */
  after(ms: number, fn: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms)
    return () => clearTimeout(timer)
  },
}

/** Calls `fn` again and again until it is called off. */
export function every(clock: Clock, ms: number, fn: () => void): () => void {
  const turn = () => {
    cancel = clock.after(ms, turn)
    fn()
  }
  let cancel = clock.after(ms, turn)
  return () => cancel()
}

/** Resolves after `ms`, or at once when `signal` is aborted; never rejects. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const cancel = clock.after(ms, done)
    signal.addEventListener('abort', done)
  })
}
