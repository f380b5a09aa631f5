import { type IDBPDatabase, openDB } from 'idb'
import type { Locks } from './leader.ts'
import type { Log, StreamRecord } from './log/log.ts'
import { type Segment, sealed } from './log/segment.ts'
import type { Entry, ProducerState } from './outbox/outbox.ts'
import { storedOutbox } from './outbox/stored.ts'
import { olderNames, removeDatabase } from './store/database.ts'
import { existing, type Store } from './store/store.ts'

/** Segments read at a time. */
const SLICE = 32

type Old = { readonly stream: string }

/** What the older formats have in common with this one. */
interface Found {
  readonly record: Pick<
    StreamRecord,
    'id' | 'url' | 'head' | 'count' | 'incarnation' | 'caughtUp' | 'closed'
  > &
    Partial<Pick<StreamRecord, 'folded'>>
  readonly entries: readonly Entry[]
  readonly producer: ProducerState | null
}

interface Target {
  readonly store: Store
  readonly log: Log
}

/**
 * Brings what databases of older formats hold into this one, and removes them. A stream that a tab of an
 * older build has open stays with that tab, which sends it by itself; it is looked at again with the next start.
 */
export async function carryOver(database: string, target: Target, locks: Locks | undefined): Promise<void> {
  for (const name of olderNames(database)) {
    const old = await openExisting(name)
    if (!old) continue
    try {
      let left = false
      for (const found of await streamsOf(old)) {
        // The name of the lock under which an older build leads this stream.
        const moved = await whenFree(locks, `strandline:${name}:${found.record.id}`, () =>
          move(found, old, target),
        )
        left ||= !moved
      }
      old.close()
      if (!left) await removeDatabase(name)
    } finally {
      old.close()
    }
  }
}

/** Undefined where there is none: it must not be made by looking. */
async function openExisting(name: string): Promise<IDBPDatabase | undefined> {
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

async function streamsOf(old: IDBPDatabase): Promise<Found[]> {
  const stores = ['streams', 'segments', 'outbox', 'claims']
  if (!stores.every((store) => old.objectStoreNames.contains(store))) return []
  const tx = old.transaction(stores)
  const [records, entries, claims] = await Promise.all([
    tx.objectStore('streams').getAll(),
    tx.objectStore('outbox').getAll() as Promise<(Entry & Old)[]>,
    tx.objectStore('claims').getAll() as Promise<(ProducerState & Old)[]>,
    tx.done,
  ])
  return records.map((record) => ({
    record,
    entries: entries.filter(({ stream }) => stream === record.id),
    producer: claims.find(({ stream }) => stream === record.id) ?? null,
  }))
}

async function whenFree(
  locks: Locks | undefined,
  name: string,
  work: () => Promise<boolean>,
): Promise<boolean> {
  if (!locks) return work()
  return locks.request(name, { ifAvailable: true }, async (lock) => lock !== null && (await work()))
}

function segmentsOf(
  old: IDBPDatabase,
  id: string,
  from: number,
  until: number,
  limit?: number,
): Promise<Segment[]> {
  return old.getAll('segments', IDBKeyRange.bound([id, from], [id, until], false, true), limit)
}

/** The beginning of a log that is still empty: a checkpoint is one, and comes as one. */
function takeCheckpoint(store: Store, { record }: Found, segments: readonly Segment[]): Promise<void> {
  const { id, incarnation, folded = 0 } = record
  return store.run('relaxed', async (tx) => {
    const mine = await existing(tx, id)
    const last = segments.at(-1)
    if (mine.count > 0 || !last) return
    // Sums are made another way now.
    for (const { n, from, to, count, bytes: items, places, memo } of segments) {
      const rest = { ...(places && { places }), ...(memo && { memo }) }
      tx.put('segments', id, sealed({ n, from, to, count, bytes: items, ...rest }))
    }
    const bytes = segments.reduce((sum, segment) => sum + segment.bytes.byteLength, 0)
    tx.put('streams', id, { ...mine, incarnation, head: last.to, count: folded, folded, bytes })
  })
}

/** True: this database holds all that the older one knew of the stream. */
async function move(found: Found, old: IDBPDatabase, { store, log }: Target): Promise<boolean> {
  const { record, entries, producer } = found
  const { id, url, head, incarnation, caughtUp, closed } = record
  if ((await log.open(id, url)).count === 0) {
    const arrived = { echoes: [], incarnation, upToDate: false, closed: false }
    const { folded = 0 } = record
    if (folded > 0) await takeCheckpoint(store, found, await segmentsOf(old, id, 0, folded))
    for (let n = folded; n < record.count; ) {
      const segments = await segmentsOf(old, id, n, record.count, SLICE)
      if (segments[0]?.n !== n) break
      for (const { from, to, count, bytes } of segments) {
        await log.append(id, { from, to, count, bytes, ...arrived })
        n += count
      }
    }
    const end = { from: head, to: head, count: 0, bytes: new Uint8Array(), echoes: [], incarnation }
    if (caughtUp) await log.append(id, { ...end, upToDate: true, closed })
  }
  const newest = entries.at(-1)
  if (!newest) return true
  // The entries are here, and noted as carried, with one transaction; only then they go from there, so each is carried
  // once, whatever breaks in between. The producer comes along with its claim: what was sent without an answer is sent
  // again as the same claim, byte for byte.
  await storedOutbox(store).adopt(id, entries, producer, 'older')
  const range = IDBKeyRange.bound([id, 0], [id, newest.n])
  const tx = old.transaction('outbox', 'readwrite', { durability: 'strict' })
  await tx.store.delete(range)
  await tx.done
  return true
}
