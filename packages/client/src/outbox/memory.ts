import type { MemoryDatabase, MemoryStream } from '../memory.ts'
import type { Entry, Outbox } from './outbox.ts'
import { type Change, doubt, freeze, newEntry, newProducer, sameClaim, sameWrite, settle } from './rules.ts'

/** The outbox of a host without IndexedDB; gone with the page, which the status says. */
export function memoryOutbox(db: MemoryDatabase): Outbox {
  return {
    async add(id, writes) {
      const stream = db.stream(id)
      return writes.map((write) => {
        const waiting = stream.entries.find((entry) => entry.txid === write.txid)
        if (waiting) return sameWrite(waiting, write.items)
        const entry = newEntry(write, stream.record.nextEntry)
        stream.record = { ...stream.record, nextEntry: entry.n + 1 }
        stream.entries = [...stream.entries, entry]
        return entry
      })
    },

    async list(id) {
      const { entries, producer } = db.stream(id)
      return { entries, producer }
    },

    async freeze(id, limits, newProducerId) {
      const stream = db.stream(id)
      if (!stream.record.caughtUp) return null
      stream.producer ??= newProducer(newProducerId())
      const { change, claim, fresh } = freeze(
        stream.producer,
        stream.entries,
        stream.record.incarnation,
        limits,
      )
      if (change) carryOut(stream, change)
      return claim && { claim, fresh }
    },

    async settle(id, sent, settlement) {
      const stream = db.stream(id)
      if (!stream.producer || !sameClaim(stream.producer.claim, sent)) return false
      carryOut(stream, settle(stream.producer, sent, stream.entries, settlement))
      return true
    },

    async doubt(id, error) {
      const stream = db.stream(id)
      if (stream.producer) carryOut(stream, doubt(stream.producer, stream.entries, error))
    },

    async retry(id, txid) {
      const stream = db.stream(id)
      const entry = stream.entries.find((candidate) => candidate.txid === txid)
      if (!entry || entry.status.state === 'saved') return false
      replace(stream, { ...entry, status: { state: 'saved' } })
      return true
    },

    echoed: async (id, txids) => echoed(db.stream(id), txids),

    async discard(id, txid) {
      const stream = db.stream(id)
      const entry = stream.entries.find((candidate) => candidate.txid === txid)
      if (!entry || stream.producer?.claim?.entries.includes(entry.n)) return false
      stream.entries = stream.entries.filter((candidate) => candidate !== entry)
      return true
    },
  }
}

/** As `settleEchoes` in IndexedDB. */
export function echoed(stream: MemoryStream, txids: readonly string[]): readonly string[] {
  const gone = new Set(txids)
  const settled = stream.entries.filter((entry) => gone.has(entry.txid)).map((entry) => entry.txid)
  stream.entries = stream.entries.filter((entry) => !gone.has(entry.txid))
  return settled
}

function carryOut(stream: MemoryStream, change: Change): void {
  stream.producer = change.producer
  for (const entry of change.put) replace(stream, entry)
}

function replace(stream: MemoryStream, entry: Entry): void {
  stream.entries = stream.entries.map((candidate) => (candidate.n === entry.n ? entry : candidate))
}
