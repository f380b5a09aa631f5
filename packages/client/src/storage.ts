import type { Locks } from './leader.ts'
import type { Log } from './log/log.ts'
import { storedLog } from './log/stored.ts'
import type { Outbox } from './outbox/outbox.ts'
import { isUnsent, type PendingWrite, pendingViews } from './outbox/pending.ts'
import { storedOutbox } from './outbox/stored.ts'
import { olderNames } from './store/database.ts'
import { idbStore } from './store/idb.ts'
import { memoryStore } from './store/memory.ts'
import type { Store } from './store/store.ts'

/** Log and outbox over one store, so that a transaction can span both. */
export interface Storage {
  readonly kind: Store['kind']
  readonly log: Log
  readonly outbox: Outbox
  close(): void
  /** Removes everything and returns the writes that never left. */
  destroy(): Promise<readonly PendingWrite[]>
}

export function storageOver(store: Store, now: () => number): Storage {
  const log = storedLog(store, now)
  const outbox = storedOutbox(store)
  return {
    kind: store.kind,
    log,
    outbox,
    close: store.close,
    async destroy() {
      const unsent = await unsentOf(log, outbox)
      await store.destroy()
      return unsent
    },
  }
}

/** Tries before memory stands in for a database that does not open. */
const TRIES = 2

/**
 * IndexedDB where it works, else memory: a private window or a broken profile still gets a working app. Where
 * `indexeddb` is asked for there is no stand-in, and a use that fails rejects.
 */
export async function openStorage(
  wanted: Store['kind'] | undefined,
  database: string,
  now: () => number,
  locks?: Locks,
): Promise<Storage> {
  const memory = () => storageOver(memoryStore(), now)
  if (wanted === 'memory') return memory()
  const store = idbStore(database)
  const storage = storageOver(store, now)
  for (let tried = 1; ; tried++) {
    try {
      const streams = await storage.log.all()
      const carried = carriedOver(database, { store, log: storage.log }, locks)
      // With the first start of a new format what the older one holds is waited for.
      if (streams.length === 0) await carried
      return storage
    } catch (error) {
      if (tried < TRIES) continue
      store.close()
      if (wanted) throw error
      return memory()
    }
  }
}

/** Never rejects: what could not be carried over is still there with the next start. */
async function carriedOver(
  database: string,
  target: { readonly store: Store; readonly log: Log },
  locks: Locks | undefined,
): Promise<void> {
  try {
    const older = olderNames(database)
    const all = await indexedDB.databases?.()
    if (all && !all.some(({ name }) => older.includes(name ?? ''))) return
    const { carryOver } = await import('./carry.ts')
    await carryOver(database, target, locks)
  } catch {
    // The next start tries again.
  }
}

/** The URLs of the streams that have something to send. */
export async function unsentStreams({ log, outbox }: Pick<Storage, 'log' | 'outbox'>): Promise<string[]> {
  const unsent = (await unsentOf(log, outbox)).filter(isUnsent)
  return [...new Set(unsent.map(({ stream }) => stream))]
}

/** What waits in a store, of all its streams. */
async function unsentOf(log: Log, outbox: Outbox): Promise<readonly PendingWrite[]> {
  const streams = await log.all()
  const pending = streams.map(async ({ id, url }) => {
    const { entries, producer } = await outbox.list(id)
    return pendingViews(url)(entries, producer, { answered: new Set(), error: undefined })
  })
  return (await Promise.all(pending)).flat()
}
