import { enduring } from './enduring.ts'
import type { Locks } from './leader.ts'
import type { Log } from './log/log.ts'
import { storedLog } from './log/stored.ts'
import type { Outbox } from './outbox/outbox.ts'
import { isUnsent, type PendingWrite, pendingViews } from './outbox/pending.ts'
import { storedOutbox } from './outbox/stored.ts'
import type { Readable } from './readable.ts'
import { olderNames } from './store/database.ts'
import { idbStore } from './store/idb.ts'
import { memoryStore } from './store/memory.ts'
import type { Store } from './store/store.ts'

/** Log and outbox over one store, so that a transaction can span both. */
export interface Storage {
  readonly kind: Store['kind']
  readonly log: Log
  readonly outbox: Outbox
  /** Where it may go from disk to memory and back, a change tells that it did. */
  readonly moved?: Readable<unknown> | undefined
  close(): void
  /** Removes everything and returns the writes that never left. */
  destroy(): Promise<readonly PendingWrite[]>
}

export function storageOver(store: Store, now: () => number): Storage {
  const log = storedLog(store, now)
  const outbox = storedOutbox(store)
  return {
    get kind() {
      return store.kind
    },
    log,
    outbox,
    moved: store.moved,
    close: store.close,
    async destroy() {
      const unsent = await unsentOf(log, outbox)
      await store.destroy()
      return unsent
    },
  }
}

/**
 * IndexedDB where it works and as long as it does, else memory: a private window or a broken profile still gets a
 * working app. Where `indexeddb` is asked for there is no stand-in, and a use that fails rejects.
 */
export async function openStorage(
  wanted: Store['kind'] | undefined,
  database: string,
  now: () => number,
  locks?: Locks,
): Promise<Storage> {
  if (wanted === 'memory') return storageOver(memoryStore(), now)
  const disk = idbStore(database)
  const storage = storageOver(wanted ? disk : enduring(disk, now), now)
  try {
    const streams = await storage.log.all()
    if (storage.kind === 'memory') return storage
    const carried = carriedOver(database, { store: disk, log: storedLog(disk, now) }, locks)
    // With the first start of a new format what the older one holds is waited for.
    if (streams.length === 0) await carried
    return storage
  } catch (error) {
    storage.close()
    throw error
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
