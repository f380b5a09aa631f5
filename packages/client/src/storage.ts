import { type Database, destroyDatabase, olderNames, openDatabase } from './db.ts'
import type { Locks } from './leader.ts'
import { idbLog } from './log/idb.ts'
import type { Log } from './log/log.ts'
import { memoryLog } from './log/memory.ts'
import { memoryDatabase } from './memory.ts'
import { idbOutbox } from './outbox/idb.ts'
import { memoryOutbox } from './outbox/memory.ts'
import type { Outbox } from './outbox/outbox.ts'
import { type PendingWrite, pendingViews } from './outbox/pending.ts'

/** Log and outbox over one store, so that a transaction can span both. */
export interface Storage {
  readonly kind: 'indexeddb' | 'memory'
  readonly log: Log
  readonly outbox: Outbox
  close(): void
  /** Removes everything and returns the writes that never left. */
  destroy(): Promise<readonly PendingWrite[]>
}

export function memoryStorage(now: () => number): Storage {
  const db = memoryDatabase()
  const log = memoryLog(db, now)
  const outbox = memoryOutbox(db)
  return {
    kind: 'memory',
    log,
    outbox,
    close() {},
    async destroy() {
      const unsent = await unsentOf(log, outbox)
      db.streams.clear()
      return unsent
    },
  }
}

export function idbStorage(
  database: string,
  now: () => number,
  db: Database = openDatabase(database),
): Storage {
  const log = idbLog(db, now)
  const outbox = idbOutbox(db)
  return {
    kind: 'indexeddb',
    log,
    outbox,
    close: () => db.close(),
    async destroy() {
      const unsent = await unsentOf(log, outbox)
      await destroyDatabase(database, db)
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
  wanted: 'indexeddb' | 'memory' | undefined,
  database: string,
  now: () => number,
  locks?: Locks,
): Promise<Storage> {
  if (wanted === 'memory') return memoryStorage(now)
  const db = openDatabase(database)
  const storage = idbStorage(database, now, db)
  for (let tried = 1; ; tried++) {
    try {
      const streams = await storage.log.all()
      const carried = carriedOver(database, { db, log: storage.log }, locks)
      // With the first start of a new format what the older one holds is waited for.
      if (streams.length === 0) await carried
      return storage
    } catch (error) {
      if (tried < TRIES) continue
      db.close()
      if (wanted === 'indexeddb') throw error
      return memoryStorage(now)
    }
  }
}

/** Never rejects: what could not be carried over is still there with the next start. */
async function carriedOver(
  database: string,
  target: { readonly db: Database; readonly log: Log },
  locks: Locks | undefined,
): Promise<void> {
  try {
    const older = new Set(olderNames(database))
    const all = await indexedDB.databases?.()
    if (all && !all.some(({ name }) => name !== undefined && older.has(name))) return
    const { carryOver } = await import('./carry.ts')
    await carryOver(database, target, locks)
  } catch {
    // The next start tries again.
  }
}

/** The URLs of the streams that have something to send. */
export async function unsentStreams({ log, outbox }: Pick<Storage, 'log' | 'outbox'>): Promise<string[]> {
  const streams = await log.all()
  const waiting = streams.map(async ({ id, url }) => {
    const { entries } = await outbox.list(id)
    return entries.some(({ status }) => status.state === 'saved') ? [url] : []
  })
  return (await Promise.all(waiting)).flat()
}

/** What waits in a store, of all its streams. */
export async function unsentOf(log: Log, outbox: Outbox): Promise<readonly PendingWrite[]> {
  const streams = await log.all()
  const pending = streams.map(async ({ id, url }) => {
    const { entries, producer } = await outbox.list(id)
    return pendingViews(url)(entries, producer, { answered: new Set(), error: undefined })
  })
  return (await Promise.all(pending)).flat()
}
