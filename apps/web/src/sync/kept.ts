import { type Readable, writable } from '@strandline/client'

export interface Kept<T> extends Readable<T> {
  set(value: T): void
}

/**
 * A value in `localStorage` under `key`, in step with other tabs. Where storage is blocked or full it lives as
 * long as the page. `read` turns what is stored (null: nothing) into a value and never throws.
 */
export function kept<T>(
  key: string,
  read: (stored: string | null) => T,
  write: (value: T) => string | null,
): Kept<T> {
  const value = writable(read(load(key)))
  globalThis.addEventListener?.('storage', (event) => {
    if (event.key === key || event.key === null) value.set(read(load(key)))
  })
  return {
    get: value.get,
    subscribe: value.subscribe,
    set(next) {
      save(key, write(next))
      value.set(next)
    },
  }
}

export function load(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

/** False where it could not be kept. */
export function save(key: string, value: string | null): boolean {
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, value)
    return true
  } catch {
    return false
  }
}
