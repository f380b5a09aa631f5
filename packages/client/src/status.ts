import type { SyncError } from './errors.ts'

/**
 * How what is new arrives. `poll`: by asking every few seconds, as more streams are open than the browser has
 * connections for.
 */
export type LiveTransport = 'sse' | 'long-poll' | 'poll'

/** Where the connection stands; each arm has its own fields only. */
export type Connection =
  /** The log on disk is being read. */
  | { readonly state: 'loading' }
  /** Reading what was missed; `items` so far in this stretch. */
  | { readonly state: 'catching-up'; readonly items: number }
  /** At the tail: what others append arrives by itself. */
  | { readonly state: 'live'; readonly transport: LiveTransport }
  /**
   * The relay cannot be reached or asked us to wait; `hidden`: nobody looks, and there are no connections to spare.
   * `attempt` counts failures; `retryAt` is in ms since the epoch.
   */
  | {
      readonly state: 'waiting'
      readonly reason: 'offline' | 'hidden' | 'backoff'
      readonly attempt: number
      readonly retryAt: number
      readonly error?: SyncError
    }
  /** The relay wants (other) credentials; nothing is dropped, `handle.retry()` asks again. */
  | { readonly state: 'unauthorized' }
  /** The stream was deleted after we had it: rows stay readable, nothing is made again in silence. */
  | { readonly state: 'gone' }
  /** The stream was closed for good, or the handle was. */
  | { readonly state: 'closed' }
  /** No way on without a change by the app or a person; `handle.retry()` asks again. */
  | { readonly state: 'halted'; readonly error: SyncError }

/** What is said with every state. */
export interface StatusBase {
  /** `memory` says that nothing survives this page. */
  readonly storage: 'indexeddb' | 'memory'
  /** This tab runs tail and drain for all tabs. */
  readonly leader: boolean
  /** The stream has ever been up to date on this device. */
  readonly synced: boolean
  /** Entries of the outbox. */
  readonly pending: number
}

/**
 * Where a stream stands on this device: a union on `state`, for an app to show as it is
 * (docs/guides/status.md).
 */
export type StreamStatus = Connection & StatusBase

export function sameStatus(a: StreamStatus, b: StreamStatus): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
