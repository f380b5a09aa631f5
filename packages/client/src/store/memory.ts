import { type Serial, serial } from '../serial.ts'
import type { Many, Single, Store, Tables, Transaction } from './store.ts'

/** The rows of one stream, by table. Rows are replaced, never changed. */
export type MemoryStream = { [Name in Single]?: Tables[Name] | undefined } & {
  [Name in Many]: readonly Tables[Name][]
}

/** What tabs of a host without IndexedDB would share, as the others share a database. */
export interface MemoryDatabase {
  readonly streams: Map<string, MemoryStream>
  readonly exclusively: Serial
}

export function memoryDatabase(): MemoryDatabase {
  return { streams: new Map(), exclusively: serial() }
}

/** Rows in memory; gone with the page, which the status says. */
export function memoryStore({ streams, exclusively }: MemoryDatabase = memoryDatabase()): Store {
  const of = (id: string): MemoryStream => streams.get(id) ?? { segments: [], outbox: [] }
  const rows = (table: Many, id: string): readonly Row[] => of(id)[table]

  const transaction = (later: (write: () => void) => void): Transaction => ({
    streams: async () => [...streams.values()].flatMap((held) => held.streams ?? []),
    get: async <Name extends Single>(table: Name, id: string) => of(id)[table] as Tables[Name] | undefined,
    list: async <Name extends Many>(table: Name, id: string, from: number, limit?: number) =>
      (of(id)[table] as readonly Tables[Name][]).filter(({ n }) => n >= from).slice(0, limit),
    before: async (id, until) => of(id).segments.findLast(({ n }) => n < until),
    entry: async (id, txid) => of(id).outbox.find((entry) => entry.txid === txid),
    put: (table, id, row) =>
      later(() => {
        const next = 'n' in row ? inserted(rows(table as Many, id), row) : row
        streams.set(id, { ...of(id), [table]: next })
      }),
    remove: (table, id, from, until) =>
      later(() => {
        const left = rows(table, id).filter(({ n }) => n < from || n >= until)
        streams.set(id, { ...of(id), [table]: left })
      }),
  })

  return {
    kind: 'memory',
    run: (_, body) =>
      exclusively(async () => {
        const writes: (() => void)[] = []
        const result = await body(transaction((write) => writes.push(write)))
        for (const write of writes) write()
        return result
      }),
    close() {},
    destroy: async () => streams.clear(),
  }
}

type Row = { readonly n: number }

function inserted(rows: readonly Row[], row: Row): Row[] {
  return [...rows.filter(({ n }) => n !== row.n), row].sort((a, b) => a.n - b.n)
}
