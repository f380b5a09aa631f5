/** A value that changes: fits React's `useSyncExternalStore`. */
export interface Readable<T> {
  /** The value of now; the same object until it changes. */
  get(): T
  /** `fn` runs after each change, never at once. Returns the way to stop. */
  subscribe(fn: () => void): () => void
}

/** A value that can be set, and tells its readers. */
export interface Writable<T> extends Readable<T> {
  /** Tells the listeners, where it is a change. */
  set(value: T): void
}

/** `equal` decides what counts as a change. A listener that throws does not keep the others from running. */
export function writable<T>(initial: T, equal: (a: T, b: T) => boolean = Object.is): Writable<T> {
  let value = initial
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    subscribe(fn) {
      const listener = () => fn()
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    set(next) {
      if (equal(value, next)) return
      value = next
      for (const listener of [...listeners]) contain(listener)
    },
  }
}

/** Runs foreign code; what it throws surfaces as an uncaught error and does not stop the caller. */
export function contain(run: () => void): void {
  try {
    run()
  } catch (error) {
    reportError(error)
  }
}

function reportError(error: unknown): void {
  if (typeof globalThis.reportError === 'function') globalThis.reportError(error)
  else
    queueMicrotask(() => {
      throw error
    })
}
