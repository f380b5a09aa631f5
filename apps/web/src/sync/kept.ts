import { type Readable, writable } from '@strandline/client'

export interface Kept<T> extends Readable<T> {
  set(value: T): void
}

type Listener = (key: string, value: string | null, stamp: number) => void

/** When the last value was saved (ms, rising): a crash of the browser takes it back along with the values. */
const STAMP = 'strandline:stamp'

let listener: Listener | undefined
const readers = new Map<string, () => void>()

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
  const refresh = () => value.set(read(load(key)))
  readers.set(key, refresh)
  globalThis.addEventListener?.('storage', (event) => {
    if (event.key === key || event.key === null) refresh()
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
  const stamp = Math.max(Date.now(), stampOf() + 1)
  listener?.(key, value, stamp)
  return put(key, value) && put(STAMP, String(stamp))
}

/** Who else keeps what is saved from now on. */
export function onSaved(told: Listener | undefined): void {
  listener = told
}

export function stampOf(): number {
  return Number(load(STAMP) ?? 0)
}

/** Brings back a value that `localStorage` has lost. */
export function reload(key: string, value: string | null, stamp: number): void {
  put(key, value)
  put(STAMP, String(Math.max(stamp, stampOf())))
  readers.get(key)?.()
}

function put(key: string, value: string | null): boolean {
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, value)
    return true
  } catch {
    return false
  }
}
