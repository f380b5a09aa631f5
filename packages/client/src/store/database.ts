import { type IDBPDatabase, type IDBPTransaction, openDB } from 'idb'
import { SyncError } from '../errors.ts'

/** A new format is a new database, so that an older tab never blocks an upgrade. */
const FORMAT = 3
export const OLDER_FORMATS: readonly number[] = [2, 1]

/** Milliseconds that opening may take: behind a removal that a frozen tab holds up, it would wait for ever. */
const PATIENCE = 2_000

const STORES = ['streams', 'segments', 'outbox', 'claims'] as const

/** A transaction over all of the database. */
export type DiskTransaction = IDBPTransaction<unknown, string[], 'readwrite'>

/** The device's database; reopened by itself after the browser closed it under us. */
export interface Database {
  /**
   * Runs `body` in one transaction and resolves when it has committed. Rejects with `quota` or `storage`; then
   * nothing of it happened. Nothing foreign may be awaited in `body`.
   */
  run<T>(
    mode: 'readonly' | 'readwrite',
    durability: 'strict' | 'relaxed',
    body: (tx: DiskTransaction) => Promise<T>,
  ): Promise<T>
  /** Resolves when it is open, however long that takes; rejects where it cannot be opened. */
  opened(): Promise<void>
  close(): void
}

/** The format is in the name of the database, and so in the names of its locks and channels. */
export function databaseName(database: string): string {
  return `${database}-${FORMAT}`
}

/** The name of the database that builds of an older format use. */
export function olderName(database: string, format: number): string {
  return `${database}-${format}`
}

export function olderNames(database: string): string[] {
  return OLDER_FORMATS.map((format) => olderName(database, format))
}

/** Opens at the first use. Opening rejects with `storage` where IndexedDB is missing or broken. */
export function openDatabase(database: string): Database {
  let opening: Promise<IDBPDatabase> | undefined
  let closed = false

  /** A connection that was lost is forgotten once, also where several transactions find out. */
  const forget = (lost: typeof opening) => {
    if (opening === lost) opening = undefined
  }

  const open = (): Promise<IDBPDatabase> => {
    if (closed) return Promise.reject(new SyncError('shut-down', 'the database was closed'))
    if (opening) return opening
    const connection = connect(databaseName(database), () => forget(connection)).catch((error: unknown) => {
      forget(connection)
      throw storageError(error)
    })
    opening = connection
    return connection
  }

  return {
    async run(mode, durability, body) {
      for (let retried = false; ; retried = true) {
        const connection = open()
        const db = await patiently(connection)
        try {
          return await transact(db, mode, durability, body)
        } catch (error) {
          if (!isConnectionLost(error) || retried) throw storageError(error)
          forget(connection)
        }
      }
    },
    opened: async () => void (await open()),
    close() {
      closed = true
      opening?.then((db) => db.close()).catch(() => undefined)
      opening = undefined
    },
  }
}

/** Milliseconds that other tabs get to let go of a database that is removed. */
const LET_GO = 2_000

/**
 * Empties the database for good, then removes it where other tabs let go of it; a frozen one keeps the empty
 * shell until it is closed.
 */
export async function destroyDatabase(database: string, db: Database): Promise<void> {
  await db.run('readwrite', 'strict', (tx) => Promise.all(STORES.map((name) => tx.objectStore(name).clear())))
  db.close()
  for (const name of [databaseName(database), ...olderNames(database)]) await removeDatabase(name)
}

/** Resolves also where a tab does not let go of it: it is removed when that tab is closed. */
export function removeDatabase(name: string): Promise<void> {
  return new Promise((resolve) => {
    const patience = setTimeout(resolve, LET_GO)
    const request = indexedDB.deleteDatabase(name)
    request.onsuccess = request.onerror = () => {
      clearTimeout(patience)
      resolve()
    }
  })
}

async function connect(name: string, lost: () => void): Promise<IDBPDatabase> {
  if (typeof indexedDB === 'undefined') throw new SyncError('storage', 'this host has no IndexedDB')
  const db = await openDB(name, 1, {
    upgrade(created) {
      created.createObjectStore('streams', { keyPath: 'id' })
      // Its keys are beside the rows: to find one in a row, the host makes a copy of it, bytes and all.
      created.createObjectStore('segments')
      const outbox = created.createObjectStore('outbox', { keyPath: ['stream', 'n'] })
      outbox.createIndex('txid', ['stream', 'txid'], { unique: true })
      created.createObjectStore('claims', { keyPath: 'stream' })
    },
    terminated: lost,
  })
  db.addEventListener('versionchange', () => {
    db.close()
    lost()
  })
  return db
}

/** What opens too late is there for the next use. */
function patiently<T>(opening: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new SyncError('storage', `IndexedDB did not open within ${PATIENCE} ms`))
    const patience = setTimeout(late, PATIENCE)
    opening.then(resolve, reject).finally(() => clearTimeout(patience))
  })
}

async function transact<T>(
  db: IDBPDatabase,
  mode: 'readonly' | 'readwrite',
  durability: 'strict' | 'relaxed',
  body: (tx: DiskTransaction) => Promise<T>,
): Promise<T> {
  const tx = db.transaction([...STORES], mode, { durability }) as DiskTransaction
  // Observed at once: a transaction that aborts while `body` still runs must not be an unhandled rejection.
  const done = tx.done.then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  let result: T
  try {
    result = await body(tx)
  } catch (error) {
    end(tx, 'abort')
    const failed = await done
    // Our own abort is not the cause; an abort by the host (quota) is.
    throw isAbort(error) ? (failed?.error ?? error) : error
  }
  // Not to be waited for: a tab that is frozen before it hears of its last write would hold up all others (T11).
  end(tx, 'commit')
  const failed = await done
  if (failed) throw tx.error ?? failed.error
  return result
}

function end(tx: DiskTransaction, how: 'abort' | 'commit'): void {
  try {
    tx[how]()
  } catch {
    // It has ended already; `done` tells how.
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}

const LOST = new Set(['InvalidStateError', 'UnknownError', 'AbortError'])

/**
 * Safari and a cleared profile close connections under the page, and abort what is under way without a reason; the
 * next use opens a new one. A transaction that was aborted has changed nothing, so it may be run again.
 */
function isConnectionLost(error: unknown): boolean {
  return error instanceof DOMException && LOST.has(error.name)
}

function storageError(error: unknown): SyncError {
  if (error instanceof SyncError) return error
  const name = error instanceof DOMException ? error.name : ''
  const code = name === 'QuotaExceededError' ? 'quota' : 'storage'
  const message = error instanceof Error ? error.message : String(error)
  return new SyncError(code, `IndexedDB: ${message || name || 'failed'}`, { cause: error })
}
