import type { Database, Transaction } from '../db.ts'
import { SyncError } from '../errors.ts'
import type { Entry, Outbox, ProducerState } from './outbox.ts'
import {
  type Change,
  doubt,
  freeze,
  newEntry,
  newProducer,
  sameClaim,
  sameWrite,
  settle,
  voided,
} from './rules.ts'

type Write = Transaction<'readwrite'>
type Read = Transaction<'readonly'> | Write

/** The outbox in IndexedDB. Everything in it is a person's work: durability is strict throughout. */
export function idbOutbox(db: Database): Outbox {
  return {
    add: (id, writes) =>
      db.run(
        ['streams', 'outbox'],
        'readwrite',
        async (tx) => {
          const record = await tx.objectStore('streams').get(id)
          if (!record) throw new SyncError('vanished', `the outbox has no record of ${id}`)
          const outbox = tx.objectStore('outbox')
          const known = await Promise.all(writes.map(({ txid }) => outbox.index('txid').get([id, txid])))
          const waiting = new Map(known.flatMap((row) => (row ? [[row.txid, entryOf(row)] as const] : [])))
          let nextEntry = record.nextEntry
          const results = writes.map((write) => {
            const same = waiting.get(write.txid)
            if (same) return sameWrite(same, write.items)
            const entry = newEntry(write, nextEntry++)
            waiting.set(write.txid, entry)
            return entry
          })
          const added = [...waiting.values()].filter((entry) => entry.n >= record.nextEntry)
          await Promise.all([
            tx.objectStore('streams').put({ ...record, nextEntry }),
            ...added.map((entry) => outbox.add({ ...entry, stream: id })),
          ])
          return results
        },
        'strict',
      ),

    list: (id) =>
      db.run(['outbox', 'claims'], 'readonly', async (tx) => {
        const [entries, producer] = await Promise.all([entriesOf(tx, id), producerOf(tx, id)])
        return { entries, producer }
      }),

    freeze: (id, limits, newProducerId) =>
      db.run(
        ['streams', 'outbox', 'claims'],
        'readwrite',
        async (tx) => {
          const [record, entries, stored] = await Promise.all([
            tx.objectStore('streams').get(id),
            entriesOf(tx, id),
            producerOf(tx, id),
          ])
          if (!record?.caughtUp) return null
          const producer = stored ?? newProducer(newProducerId())
          const { change, claim, fresh } = freeze(producer, entries, record.incarnation, limits)
          if (change) await carryOut(tx, id, change)
          return claim && { claim, fresh }
        },
        'strict',
      ),

    settle: (id, sent, settlement) =>
      db.run(
        ['outbox', 'claims'],
        'readwrite',
        async (tx) => {
          const [entries, producer] = await Promise.all([entriesOf(tx, id), producerOf(tx, id)])
          if (!producer || !sameClaim(producer.claim, sent)) return false
          await carryOut(tx, id, settle(producer, sent, entries, settlement))
          return true
        },
        'strict',
      ),

    doubt: (id, error) =>
      db.run(
        ['outbox', 'claims'],
        'readwrite',
        async (tx) => {
          const [entries, producer] = await Promise.all([entriesOf(tx, id), producerOf(tx, id)])
          if (producer) await carryOut(tx, id, doubt(producer, entries, error))
        },
        'strict',
      ),

    retry: (id, txid) =>
      db.run(
        ['outbox'],
        'readwrite',
        async (tx) => {
          const row = await tx.objectStore('outbox').index('txid').get([id, txid])
          if (!row || row.status.state === 'saved') return false
          await tx.objectStore('outbox').put({ ...row, status: { state: 'saved' } })
          return true
        },
        'strict',
      ),

    echoed: (id, txids) => db.run(['outbox'], 'readwrite', (tx) => settleEchoes(tx, id, txids), 'strict'),

    discard: (id, txid) =>
      db.run(
        ['outbox', 'claims'],
        'readwrite',
        async (tx) => {
          const row = await tx.objectStore('outbox').index('txid').get([id, txid])
          const producer = await producerOf(tx, id)
          if (!row || producer?.claim?.entries.includes(row.n)) return false
          await tx.objectStore('outbox').delete([id, row.n])
          return true
        },
        'strict',
      ),
  }
}

/** Within the transaction that stores the items: the entries they echo are done (write protocol, rule 3). */
export async function settleEchoes(tx: Write, id: string, txids: readonly string[]): Promise<string[]> {
  const outbox = tx.objectStore('outbox')
  const keys = await Promise.all(txids.map((txid) => outbox.index('txid').getKey([id, txid])))
  const settled: string[] = []
  const deletions = keys.map((key, index) => {
    const txid = txids[index]
    if (key === undefined || txid === undefined) return undefined
    settled.push(txid)
    return outbox.delete(key)
  })
  await Promise.all(deletions)
  return settled
}

/** Within the transaction that drops the log. */
export async function voidClaim(tx: Write, id: string): Promise<void> {
  const producer = await producerOf(tx, id)
  if (producer) await tx.objectStore('claims').put({ ...voided(producer), stream: id })
}

function whole(id: string): IDBKeyRange {
  return IDBKeyRange.bound([id, 0], [id, Number.POSITIVE_INFINITY])
}

async function entriesOf(tx: Read, id: string): Promise<Entry[]> {
  const rows = await tx.objectStore('outbox').getAll(whole(id))
  return rows.map(entryOf)
}

function entryOf({ n, txid, items, attempts, status }: Entry): Entry {
  return { n, txid, items, attempts, status }
}

async function producerOf(tx: Read, id: string): Promise<ProducerState | null> {
  const row = await tx.objectStore('claims').get(id)
  return row ? { id: row.id, epoch: row.epoch, seq: row.seq, claim: row.claim } : null
}

async function carryOut(tx: Write, id: string, change: Change): Promise<void> {
  await Promise.all([
    tx.objectStore('claims').put({ ...change.producer, stream: id }),
    ...change.put.map((entry) => tx.objectStore('outbox').put({ ...entry, stream: id })),
  ])
}
