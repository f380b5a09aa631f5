import type { Segment } from '../log/segment.ts'
import { type Database, type DiskTransaction, destroyDatabase, openDatabase } from './database.ts'
import type { Disk, Transaction } from './store.ts'

/** Rows in IndexedDB. */
export function idbStore(database: string, db: Database = openDatabase(database)): Disk {
  const run: Disk['run'] = (mode, body) =>
    db.run(mode === 'readonly' ? mode : 'readwrite', mode === 'strict' ? mode : 'relaxed', (tx) =>
      body(rowsOf(tx)),
    )
  return {
    kind: 'indexeddb',
    run,
    async ready() {
      await db.opened()
      await run('readonly', (tx) => tx.get('streams', ''))
    },
    close: db.close,
    destroy: () => destroyDatabase(database, db),
  }
}

function rowsOf(tx: DiskTransaction): Transaction {
  const store = (name: string) => tx.objectStore(name)
  return {
    streams: () => store('streams').getAll(),
    get: (table, id) => store(table).get(id),
    list: (table, id, n, limit) => store(table).getAll(range(id, n), limit),
    before: async (id, n) => (await store('segments').openCursor(range(id, -1, n), 'prev'))?.value,
    entry: (id, txid) => store('outbox').index('txid').get([id, txid]),
    put(table, id, row) {
      if (table === 'segments') failing(store(table).put(row, [id, (row as Segment).n]))
      else failing(store(table).put(table === 'streams' ? row : { ...row, stream: id }))
    },
    remove(table, id, n, until) {
      failing(store(table).delete(range(id, n, until)))
    },
  }
}

/** A write that fails ends its transaction, which tells. */
function failing(write: Promise<unknown>): void {
  write.catch(() => undefined)
}

function range(id: string, n: number, until: number = Number.POSITIVE_INFINITY): IDBKeyRange {
  return IDBKeyRange.bound([id, n], [id, until], false, true)
}
