import { otherOutbox, outboxNews, settleEchoes } from '../outbox/stored.ts'
import { compareOffsets } from '../protocol/index.ts'
import { existing, type Mode, type Store, type Transaction } from '../store/store.ts'
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

/** The log over a store. A cache of the relay: durability is relaxed, a lost tail is fetched again. */
export function storedLog(store: Store, now: () => number): Log {
  const step = <T>(id: string, mode: Mode, body: (tx: Transaction, record: StreamRecord) => Promise<T>) =>
    store.run(mode, async (tx) => body(tx, await existing(tx, id)))

  /** Ends the life `life`, where the log is still in it. */
  const empty = (tx: Transaction, record: StreamRecord, life: number, next: StreamRecord): StreamRecord => {
    if (record.life !== life) return record
    tx.put('streams', record.id, next)
    tx.remove('segments', record.id, 0, Number.POSITIVE_INFINITY)
    return next
  }

  return {
    open: (id, url) =>
      store.run('relaxed', async (tx) => {
        const record = { ...((await tx.get('streams', id)) ?? emptyRecord(id, url, now())), lastUsed: now() }
        tx.put('streams', id, record)
        return record
      }),

    all: () => store.run('readonly', (tx) => tx.streams()),

    read: (id, position, limit, known) =>
      step(id, 'readonly', async (tx, record) => {
        const from = startOf(record, position)
        const [rows, outbox] = await Promise.all([
          from < record.count ? rowsFrom(tx, id, from, limit) : [],
          known && outboxNews(tx, record, known),
        ])
        return { record, from, ...inspect(rows, { ...record, from, limit }), outbox }
      }),

    append: (id, arrival) =>
      step(id, 'relaxed', async (tx, record) => {
        const next = advance(record, arrival, compareOffsets)
        if (next.outcome !== 'stored') return { ...next, record }
        const { from, to, count, bytes } = arrival
        const settled = await settleEchoes(tx, id, arrival.echoes)
        const moved = settled.length > 0 ? otherOutbox(next.record) : next.record
        tx.put('streams', id, moved)
        if (count > 0) tx.put('segments', id, sealed({ n: record.count, from, to, count, bytes }))
        return { ...next, record: moved, settled, ...(settled.length > 0 && { outbox: moved.outbox }) }
      }),

    drop: (id, life) =>
      step(id, 'strict', async (tx, record) => {
        const producer = await tx.get('claims', id)
        if (producer && record.life === life) tx.put('claims', id, { ...producer, seq: 0 })
        return empty(tx, record, life, otherOutbox(emptied(record)))
      }),

    rewrite: (id, rewrite) =>
      step(id, 'relaxed', async (tx, record) => {
        const next = rewritten(record, rewrite)
        if (!next) return { done: false, record }
        const { from, until, segments } = rewrite
        if (from < until) tx.remove('segments', id, from, until)
        for (const segment of segments) tx.put('segments', id, segment)
        tx.put('streams', id, next)
        return { done: true, record: next }
      }),

    evict: (id, life) => step(id, 'relaxed', async (tx, record) => empty(tx, record, life, evicted(record))),
  }
}

/** A position may lie inside a segment, or the segment that begins there be missing: then the one before comes first. */
async function rowsFrom(
  tx: Transaction,
  id: string,
  from: number,
  limit: number,
): Promise<readonly Segment[]> {
  const rows = await tx.list('segments', id, from, limit)
  if (rows[0]?.n === from) return rows
  const before = await tx.before(id, from)
  return before ? [before, ...rows] : rows
}
