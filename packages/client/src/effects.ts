/** What the client takes from its surroundings, so that tests can put virtual time and a mock relay in. */
export interface Effects {
  /** Every request goes through it. */
  readonly fetch: typeof fetch
  /** Milliseconds since the epoch. */
  now(): number
  /** 0 to 1, as `Math.random`. */
  random(): number
  /** Names writes and producers: never the same twice, on any device. */
  uuid(): string
  /** Resolves after `ms`, or at once when `signal` is aborted; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** Lets input and painting have their turn. */
  breathe(): Promise<void>
}

/** The longest delay a timer can hold; more would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1

export function browserEffects(overrides: Partial<Effects> = {}): Effects {
  return {
    fetch: (input, init) => globalThis.fetch(input, init),
    now: () => Date.now(),
    random: () => Math.random(),
    uuid: randomUuid,
    sleep,
    breathe,
    ...overrides,
  }
}

export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, Math.min(ms, LONGEST_TIMER))
    signal.addEventListener('abort', done)
  })
}

function breathe(): Promise<void> {
  const { scheduler } = globalThis as { scheduler?: { yield?: () => Promise<void> } }
  if (scheduler?.yield) return scheduler.yield()
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}

/** A lifetime within another: aborted with `outer`, or by itself. Abort it when done, which frees the listener. */
export function child(outer: AbortSignal): AbortController {
  const inner = new AbortController()
  const stop = () => inner.abort()
  if (outer.aborted) inner.abort()
  else outer.addEventListener('abort', stop, { signal: inner.signal })
  return inner
}

/** Ends with the first of `waits`, and ends the others with it. */
export async function first(
  signal: AbortSignal,
  ...waits: readonly ((until: AbortSignal) => Promise<void>)[]
): Promise<void> {
  const over = child(signal)
  await Promise.race(waits.map((wait) => wait(over.signal)))
  over.abort()
}

/** A UUID of version 4. `crypto.randomUUID` exists in secure contexts only; a LAN address over plain HTTP is none. */
function randomUuid(): string {
  return '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (digit) => {
    const [random = 0] = crypto.getRandomValues(new Uint8Array(1))
    return (Number(digit) ^ (random & (15 >> (Number(digit) / 4)))).toString(16)
  })
}
