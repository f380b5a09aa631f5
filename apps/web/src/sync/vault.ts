import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import { onSaved, reload, stampOf } from './kept.ts'
import { surface } from './surface.ts'

interface VaultSchema extends DBSchema {
  kept: { key: string; value: { readonly value: string | null; readonly stamp: number } }
}

/** How long the page waits for what it may have lost (ms); IndexedDB can be blocked by a frozen tab. */
const PATIENCE = 1_000

/**
 * Puts what is kept in `localStorage` on disk too, strictly: a browser that crashes loses the last seconds of
 * `localStorage` as a whole. Resolves when what was lost that way is back, and never rejects: without IndexedDB
 * there is `localStorage` alone.
 */
export async function guardKept(database = 'strandline-kept'): Promise<void> {
  let opening: Promise<IDBPDatabase<VaultSchema>> | undefined
  // A host that refuses IndexedDB may throw at once.
  const open = async () =>
    openDB<VaultSchema>(database, 1, {
      upgrade: (db) => {
        db.createObjectStore('kept')
      },
      terminated: () => {
        opening = undefined
      },
    })
  const opened = () => {
    opening ??= open()
    return opening
  }
  onSaved((key, value, stamp) => {
    opened()
      .then((db) => write(db, key, value, stamp))
      .catch(surface)
  })
  const restored = opened()
    .then(restore)
    .catch(() => onSaved(undefined))
  await Promise.race([restored, new Promise((resolve) => setTimeout(resolve, PATIENCE))])
}

async function write(db: IDBPDatabase<VaultSchema>, key: string, value: string | null, stamp: number) {
  const tx = db.transaction('kept', 'readwrite', { durability: 'strict' })
  await Promise.all([tx.store.put({ value, stamp }, key), tx.done])
}

/** What is on disk and younger than all that `localStorage` holds was lost from it. */
async function restore(db: IDBPDatabase<VaultSchema>): Promise<void> {
  const known = stampOf()
  const tx = db.transaction('kept', 'readwrite')
  const [keys, records] = await Promise.all([tx.store.getAllKeys(), tx.store.getAll()])
  for (const [index, { value, stamp }] of records.entries()) {
    const key = keys[index]
    if (key === undefined) continue
    if (stamp > known) reload(key, value, stamp)
    // The note that a value was removed has done its work once `localStorage` outlived it.
    else if (value === null) void tx.store.delete(key)
  }
  await tx.done
}
