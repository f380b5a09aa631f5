import type { Database, Transaction } from '../db.ts'
import { SyncError } from '../errors.ts'
import { settleEchoes, voidClaim } from '../outbox/idb.ts'
import { compareOffsets } from '../protocol/index.ts'
import {
  advance,
  emptied,
  emptyRecord,
  evicted,
  type Log,
  rewritten,
  type StreamRecord,
  startOf,
} from './log.ts'
import { inspect, type Segment, sealed } from './segment.ts'

/** The log in IndexedDB. A cache of the relay: durability is relaxed, a lost tail is fetched again. */
export function idbLog(db: Database, now: () => number): Log {
  return {
    open: (id, url) =>
      db.run(['streams'], 'readwrite', async (tx) => {
        const streams = tx.objectStore('streams')
        const record = { ...((await streams.get(id)) ?? emptyRecord(id, url, now())), lastUsed: now() }
        await streams.put(record)
        return record
      }),

    all: () => db.run(['streams'], 'readonly', (tx) => tx.objectStore('streams').getAll()),

    read: (id, position, limit) =>
      db.run(['streams', 'segments'], 'readonly', async (tx) => {
        const record = await existing(tx, id)
        const from = startOf(record, position)
        const rows = from < record.count ? await rowsFrom(tx, id, from, limit) : []
        return { record, from, ...inspect(rows, { ...record, from, limit }) }
      }),

    append: (id, arrival) =>
      db.run(['streams', 'segments', 'outbox'], 'readwrite', async (tx) => {
        const record = await existing(tx, id)
        const step = advance(record, arrival, compareOffsets)
        if (step.outcome !== 'stored') return { outcome: step.outcome, record }
        const { from, to, count, bytes } = arrival
        const [settled] = await Promise.all([
          settleEchoes(tx, id, arrival.echoes),
          tx.objectStore('streams').put(step.record),
          count > 0 &&
            tx
              .objectStore('segments')
              .put({ ...sealed({ n: record.count, from, to, count, bytes }), stream: id }),
        ])
        return { outcome: 'stored', record: step.record, settled }
      }),

    drop: (id, life) =>
      db.run(
        ['streams', 'segments', 'claims'],
        'readwrite',
        async (tx) => {
          const record = await existing(tx, id)
          if (record.life !== life) return record
          const [next] = await Promise.all([empty(tx, emptied(record)), voidClaim(tx, id)])
          return next
        },
        'strict',
      ),

    rewrite: (id, rewrite) =>
      db.run(['streams', 'segments'], 'readwrite', async (tx) => {
        const record = await existing(tx, id)
        const next = rewritten(record, rewrite)
        if (!next) return { done: false, record }
        const { from, until, segments } = rewrite
        const store = tx.objectStore('segments')
        await Promise.all([
          from < until && store.delete(IDBKeyRange.bound([id, from], [id, until], false, true)),
          tx.objectStore('streams').put(next),
          ...segments.map((segment) => store.put({ ...segment, stream: id })),
        ])
        return { done: true, record: next }
      }),

    evict: (id, life) =>
      db.run(['streams', 'segments'], 'readwrite', async (tx) => {
        const record = await existing(tx, id)
        return record.life === life ? empty(tx, evicted(record)) : record
      }),
  }
}

async function empty(tx: Transaction<'readwrite'>, next: StreamRecord): Promise<StreamRecord> {
  await Promise.all([
    tx.objectStore('streams').put(next),
    tx.objectStore('segments').delete(range(next.id, 0)),
  ])
  return next
}

type Read = Transaction<'readonly'> | Transaction<'readwrite'>

async function existing(tx: Read, id: string): Promise<StreamRecord> {
  const record = await tx.objectStore('streams').get(id)
  if (!record) throw new SyncError('vanished', `the log has no record of ${id}`)
  return record
}

function range(id: string, from: number): IDBKeyRange {
  return IDBKeyRange.bound([id, from], [id, Number.POSITIVE_INFINITY])
}

/** A position may lie inside a segment, or the segment that begins there be missing: then the one before comes first. */
async function rowsFrom(tx: Read, id: string, from: number, limit: number): Promise<readonly Segment[]> {
  const segments = tx.objectStore('segments')
  const rows = await segments.getAll(range(id, from), limit)
  if (rows[0]?.n === from) return rows
  const cursor = await segments.openCursor(IDBKeyRange.bound([id, 0], [id, from]), 'prev')
  return cursor ? [cursor.value, ...rows] : rows
}
