import { evicted, type StreamRecord } from '../log/log.ts'
import { existing, type Store, type Transaction } from '../store/store.ts'
import type { Entry, Outbox, OutboxMark, OutboxNews, ProducerState } from './outbox.ts'
import {
  type Change,
  doubt,
  freeze,
  meant,
  newEntry,
  newProducer,
  sameClaim,
  sameWrite,
  settle,
} from './rules.ts'

/** The outbox over a store. Everything in it is a person's work: durability is strict throughout. */
export function storedOutbox(store: Store): Outbox {
  return {
    add: (id, writes, newProducerId, known) =>
      store.run('strict', async (tx) => {
        const record = await existing(tx, id)
        const exact = known && known.born === record.born && sameMark(known.mark, record) ? known : undefined
        const [producer = null, ...found] = await Promise.all([
          exact ? exact.producer : tx.get('claims', id),
          ...writes.map(({ txid }) =>
            exact ? exact.entries.find((entry) => entry.txid === txid) : tx.entry(id, txid),
          ),
        ])
        const waiting = new Map(found.flatMap((entry) => (entry ? [[entry.txid, entry]] : [])))
        let { nextEntry } = record
        const results = writes.map((write) => {
          const same = waiting.get(write.txid)
          if (same) return sameWrite(same, write.items)
          const entry = newEntry(write, nextEntry++)
          waiting.set(write.txid, entry)
          tx.put('outbox', id, entry)
          return entry
        })
        const next = { ...record, nextEntry }
        tx.put('streams', id, producer ? next : otherOutbox(next))
        if (!producer) tx.put('claims', id, newProducer(newProducerId()))
        return results
      }),

    list: (id) => store.run('readonly', (tx) => held(tx, id)),

    freeze: (id, limits, newProducerId) =>
      store.run('strict', async (tx) => {
        const [record, { entries, producer }] = await Promise.all([tx.get('streams', id), held(tx, id)])
        if (!record?.caughtUp) return null
        const state = producer ?? newProducer(newProducerId())
        const { change, claim, fresh } = freeze(state, entries, record.incarnation, limits)
        if (change) carryOut(tx, record, change)
        return claim && { claim, fresh }
      }),

    settle: (id, sent, settlement) =>
      store.run('strict', async (tx) => {
        const [record, { entries, producer }] = await Promise.all([existing(tx, id), held(tx, id)])
        if (!producer || !sameClaim(meant(producer, record.incarnation), sent)) return false
        carryOut(tx, record, settle(producer, sent, entries, settlement))
        return true
      }),

    doubt: (id, error) =>
      store.run('strict', async (tx) => {
        const [record, { entries, producer }] = await Promise.all([existing(tx, id), held(tx, id)])
        if (producer) carryOut(tx, record, doubt(producer, entries, error))
      }),

    retry: (id, txid) =>
      store.run('strict', async (tx) => {
        const [record, entry] = await Promise.all([existing(tx, id), tx.entry(id, txid)])
        if (!entry || entry.status.state === 'saved') return false
        tx.put('outbox', id, { ...entry, status: { state: 'saved' } })
        tx.put('streams', id, otherOutbox(record))
        return true
      }),

    echoed: (id, txids) => store.run('strict', (tx) => settleEchoes(tx, id, txids)),

    discard: (id, txid) =>
      store.run('strict', async (tx) => {
        const [record, entry, producer] = await Promise.all([
          existing(tx, id),
          tx.entry(id, txid),
          tx.get('claims', id),
        ])
        if (!entry || producer?.claim?.entries.includes(entry.n)) return false
        tx.remove('outbox', id, entry.n, entry.n + 1)
        tx.put('streams', id, otherOutbox(record))
        return true
      }),

    adopt: (id, entries, producer, from) =>
      store.run('strict', async (tx) => {
        const [record, own] = await Promise.all([existing(tx, id), tx.get('claims', id)])
        const here = await Promise.all(entries.map(({ txid }) => tx.entry(id, txid)))
        let { nextEntry } = record
        const older = from === 'lost' ? undefined : from
        const carried: Record<number, number> = { ...record.carried }
        const raise = (format: number, n = 0) => {
          carried[format] = Math.max(carried[format] ?? 0, n)
        }
        if (older) raise(older.format - 1, older.carried)
        const places = new Map<number, number>()
        for (const [index, entry] of entries.entries()) {
          if (older && entry.n < (carried[older.format] ?? 0)) continue
          // What may be on its way keeps its number.
          const n = here[index]?.n ?? (from === 'lost' ? Math.max(entry.n, nextEntry) : nextEntry)
          places.set(entry.n, n)
          if (here[index]) continue
          tx.put('outbox', id, { ...entry, n })
          nextEntry = n + 1
        }
        if (older) raise(older.format, (entries.at(-1)?.n ?? -1) + 1)
        const anew = from === 'lost' && nextEntry > record.nextEntry
        if (anew) tx.remove('segments', id, 0, Number.POSITIVE_INFINITY)
        tx.put('streams', id, otherOutbox({ ...(anew ? evicted(record) : record), nextEntry, carried }))
        // One at the beginning, with nothing open, gives way.
        if (!producer || own?.claim || own?.epoch || own?.seq) return
        const claim = producer.claim && {
          ...producer.claim,
          // One that is gone already stays one that is gone.
          entries: producer.claim.entries.map((n) => places.get(n) ?? -1),
        }
        tx.put('claims', id, { ...producer, claim })
      }),
  }
}

/** Within the transaction that stores the items: the entries they echo are done (write protocol, rule 3). */
export async function settleEchoes(tx: Transaction, id: string, txids: readonly string[]): Promise<string[]> {
  // Most of what arrives is others', and most often nothing waits here.
  if (txids.length === 0 || (await tx.list('outbox', id, 0, 1)).length === 0) return []
  const found = await Promise.all(txids.map((txid) => tx.entry(id, txid)))
  return found.flatMap((entry) => {
    if (!entry) return []
    tx.remove('outbox', id, entry.n, entry.n + 1)
    return [entry.txid]
  })
}

async function held(
  tx: Transaction,
  id: string,
  from = 0,
): Promise<{ entries: readonly Entry[]; producer: ProducerState | null }> {
  const [entries, producer = null] = await Promise.all([tx.list('outbox', id, from), tx.get('claims', id)])
  return { entries, producer }
}

function carryOut(tx: Transaction, record: StreamRecord, change: Change): void {
  const { id } = record
  tx.put('streams', id, otherOutbox(record))
  tx.put('claims', id, change.producer)
  for (const entry of change.put) tx.put('outbox', id, entry)
}

/** The record of a stream whose outbox changes. */
export function otherOutbox(record: StreamRecord): StreamRecord {
  return { ...record, outbox: record.outbox + 1 }
}

function sameMark(a: OutboxMark, b: OutboxMark): boolean {
  return a.nextEntry === b.nextEntry && a.outbox === b.outbox
}

/** What a reader who knows the outbox as of `known` has missed. */
export async function outboxNews(
  tx: Transaction,
  { id, nextEntry, outbox }: StreamRecord,
  known: OutboxMark,
): Promise<OutboxNews | undefined> {
  if (sameMark(known, { nextEntry, outbox })) return undefined
  const from = known.outbox === outbox ? known.nextEntry : 0
  return { mark: { nextEntry, outbox }, from, ...(await held(tx, id, from)) }
}
