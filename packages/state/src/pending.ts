import type { PendingWrite } from '@strandline/client'
import { readItem } from './change.ts'
import { changedRange } from './changed-range.ts'
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
  const byKey = new Map<string, Map<string, readonly PendingChange[]>>()
  let outbox: readonly PendingWrite[] = []

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

  const listsOf = (name: string) => {
    const lists = byKey.get(name) ?? new Map<string, readonly PendingChange[]>()
    byKey.set(name, lists)
    return lists
  }

  /** An empty list is none. */
  const setList = ({ collection, key }: Addressed, list: readonly PendingChange[]) => {
    if (list.length > 0) listsOf(collection).set(key, list)
    else byKey.get(collection)?.delete(key)
  }

  const listOf = ({ collection, key }: Addressed): readonly PendingChange[] =>
    byKey.get(collection)?.get(key) ?? []

  const allOf = ({ collection, key }: Addressed): readonly PendingChange[] =>
    outbox.filter(isShown).flatMap((write) => {
      return changesOf(write).filter((change) => change.collection === collection && change.key === key)
    })

  return (next: readonly PendingWrite[]): PendingStep => {
    const { start, beforeEnd, afterEnd } = changedRange(outbox, next)
    const atTheEnd = start === outbox.length
    const gone = new Map<string, readonly Addressed[]>()
    for (const write of outbox.slice(start, beforeEnd).filter(isShown)) gone.set(write.txid, changesOf(write))
    const come: Addressed[] = []
    for (const write of next.slice(start, afterEnd).filter(isShown)) {
      const changes = changesOf(write)
      // The same write in another state.
      if (gone.get(write.txid) === changes) gone.delete(write.txid)
      else come.push(...changes)
    }
    outbox = next
    const left = [...gone.values()].flat()
    for (const change of left) setList(change, without(listOf(change), change))
    for (const change of come) setList(change, atTheEnd ? [...listOf(change), change] : allOf(change))
    return { byKey, touched: [...left, ...come] }
  }
}

function isShown({ state }: PendingWrite): boolean {
  return state !== 'rejected'
}

function without(list: readonly PendingChange[], change: PendingChange): readonly PendingChange[] {
  return list.filter((other) => other !== change)
}
