import type { PendingWrite } from '@strandline/client'
import { changedRange } from './changed-range.ts'
import { createSink, type Sink, type SinkWrite } from './sink.ts'

/** The outbox as a collection, in the order its entries are sent. */
export interface OutboxRows {
  readonly sink: Sink<PendingWrite>
  show(outbox: readonly PendingWrite[]): void
}

export function outboxRows(id: string): OutboxRows {
  let shown: readonly PendingWrite[] = []
  const places = new Map<string, number>()
  let next = 0
  const placeOf = ({ txid }: PendingWrite) => places.get(txid) ?? Number.POSITIVE_INFINITY

  const sink = createSink<PendingWrite>({
    id,
    getKey: ({ txid }) => txid,
    compare: (a, b) => placeOf(a) - placeOf(b),
    rows: () => shown,
  })

  return {
    sink,
    show(outbox) {
      const { start, beforeEnd, afterEnd } = changedRange(shown, outbox)
      const before = new Map(shown.slice(start, beforeEnd).map((write) => [write.txid, write]))
      const writes: SinkWrite<PendingWrite>[] = []
      for (const value of outbox.slice(start, afterEnd)) {
        if (!places.has(value.txid)) places.set(value.txid, next++)
        if (before.get(value.txid) !== value) writes.push({ type: 'update', value })
        before.delete(value.txid)
      }
      for (const key of before.keys()) writes.push({ type: 'delete', key })
      shown = outbox
      sink.commit(writes)
      for (const key of before.keys()) places.delete(key)
    },
  }
}
