import type { PendingWrite } from '@strandline/client'
import { readItem } from './change.ts'
import type { PendingChange } from './overlay.ts'
import type { Tables } from './table.ts'

/** A pending change and the row it is about. */
export interface Addressed extends PendingChange {
  readonly collection: string
  readonly key: string
}

/** Pending changes by collection and key, each list in the order they will be sent. */
export type PendingByKey = ReadonlyMap<string, ReadonlyMap<string, readonly PendingChange[]>>

export interface PendingStep {
  readonly byKey: PendingByKey
  /** The rows that may look different now, by collection. */
  readonly touched: readonly { readonly collection: string; readonly key: string }[]
}

/** Follows an outbox. `seqOf` gives a change its place: of write `txid`, item `index`. */
export function followOutbox(tables: Tables, seqOf: (txid: string, index: number) => number) {
  const read = new WeakMap<PendingWrite['items'], readonly Addressed[]>()
  let shown = new Map<string, readonly Addressed[]>()

  const changesOf = ({ txid, items }: PendingWrite): readonly Addressed[] => {
    const known = read.get(items)
    if (known) return known
    const changes = items.flatMap((item, index): Addressed[] => {
      const reading = readItem(tables, item)
      if (reading.kind !== 'change') return []
      const { table, key, change } = reading
      return [{ collection: table.name, key, change, seq: seqOf(txid, index) }]
    })
    read.set(items, changes)
    return changes
  }

  return (outbox: readonly PendingWrite[]): PendingStep => {
    const next = new Map<string, readonly Addressed[]>()
    const touched: Addressed[] = []
    const byKey = new Map<string, Map<string, PendingChange[]>>()
    for (const write of outbox) {
      if (write.state === 'rejected') continue
      const changes = changesOf(write)
      next.set(write.txid, changes)
      if (shown.get(write.txid) !== changes) touched.push(...changes)
      for (const change of changes) listOf(byKey, change).push(change)
    }
    for (const [txid, changes] of shown) if (!next.has(txid)) touched.push(...changes)
    shown = next
    return { byKey, touched }
  }
}

function listOf(byKey: Map<string, Map<string, PendingChange[]>>, { collection, key }: Addressed) {
  const keys = byKey.get(collection) ?? new Map<string, PendingChange[]>()
  byKey.set(collection, keys)
  const list = keys.get(key) ?? []
  keys.set(key, list)
  return list
}
