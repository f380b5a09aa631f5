import { type IDBPDatabase, openDB } from 'idb'
import type { StreamRecord } from '../log/log.ts'
import type { Segment } from '../log/segment.ts'
import type { Entry, ProducerState } from '../outbox/outbox.ts'

/** What the older formats have in common with this one. */
export interface OlderStream {
  readonly record: Pick<
    StreamRecord,
    'id' | 'url' | 'head' | 'count' | 'incarnation' | 'caughtUp' | 'closed'
  > & {
    readonly folded?: number
    /** Entries of the format before it, up to this key, are among its own. */
    readonly carried?: number
  }
  readonly entries: readonly Entry[]
  readonly producer: ProducerState | null
}

/** The database of an older format: to be read, and emptied. */
export interface Older {
  streams(): Promise<readonly string[]>
  /** All of a stream but its segments, as of one moment. */
  look(id: string): Promise<OlderStream | undefined>
  /** Segments from ordinal `from` on and before `until`, up to one that is damaged. */
  segments(id: string, from: number, until: number, limit?: number): Promise<readonly Segment[]>
  /** Entries up to the key `n` are elsewhere. */
  forget(id: string, n: number): Promise<void>
  /** Nothing waits in it. */
  empty(): Promise<boolean>
  close(): void
}

const STORES = ['streams', 'segments', 'outbox', 'claims']

/** Undefined where there is none: it must not be made by looking. */
export async function openOlder(name: string): Promise<Older | undefined> {
  const db = await existing(name)
  if (!db || !STORES.every((store) => db.objectStoreNames.contains(store))) {
    db?.close()
    return undefined
  }
  return {
    streams: () => db.getAllKeys('streams') as Promise<string[]>,
    async look(id) {
      const tx = db.transaction(STORES)
      const [record, entries, producer = null] = await Promise.all([
        tx.objectStore('streams').get(id),
        tx.objectStore('outbox').getAll(IDBKeyRange.bound([id], [id, []])),
        tx.objectStore('claims').get(id),
        tx.done,
      ])
      return record && { record, entries, producer }
    },
    async segments(id, from, until, limit) {
      const range = IDBKeyRange.bound([id, from], [id, until], false, true)
      const all: Segment[] = await db.getAll('segments', range, limit)
      const damaged = all.findIndex((segment) => !sound(segment))
      return damaged < 0 ? all : all.slice(0, damaged)
    },
    async forget(id, n) {
      const tx = db.transaction('outbox', 'readwrite', { durability: 'strict' })
      await tx.store.delete(IDBKeyRange.bound([id], [id, n]))
      await tx.done
    },
    empty: async () => (await db.count('outbox')) === 0,
    close: () => db.close(),
  }
}

async function existing(name: string): Promise<IDBPDatabase | undefined> {
  let exists = true
  const opening = openDB(name, undefined, {
    upgrade(_, from, __, tx) {
      exists = from > 0
      if (exists) return
      tx.done.catch(() => undefined)
      tx.abort()
    },
    blocking: () => void opening.then((old) => old.close()),
  })
  return opening.catch((error: unknown) => {
    if (exists) throw error
    return undefined
  })
}

/** The first format had no sums, the second made one of all words in turn. */
function sound({ bytes, places, memo, sum }: Segment): boolean {
  if (sum === undefined) return true
  const parts = [bytes, places && new Uint8Array(places.buffer, places.byteOffset, places.byteLength), memo]
  return parts.reduce((all, part) => (part ? (all ^ sumOf(part)) >>> 0 : all), 0) === sum
}

function sumOf(bytes: Uint8Array): number {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  const count = aligned.byteLength >>> 2
  const words = [...new Int32Array(aligned.buffer, aligned.byteOffset, count), ...aligned.subarray(count * 4)]
  const step = (sum: number, word: number) => {
    const mixed = Math.imul(sum ^ word, 0x9e3779b1)
    return (mixed << 13) | (mixed >>> 19)
  }
  return words.reduce(step, aligned.byteLength) >>> 0
}
