import { type StateItem, SyncError } from '@strandline/client'
import type { PendingMutation } from '@tanstack/db'
import { readItem } from './change.ts'
import { contentOf, SEQ } from './row.ts'
import type { Table, Tables } from './table.ts'

/** What is read of a TanStack transaction. Its id becomes the write's `txid`. */
export interface Saved {
  readonly id: string
  // biome-ignore lint/suspicious/noExplicitAny: a transaction's mutations are of any collection
  readonly mutations: readonly PendingMutation<any>[]
}

/** A transaction's writes, as they will be sent. */
export interface Draft {
  readonly items: readonly StateItem[]
  /** The place each of them has among the pending rows, where it has one. */
  readonly places: readonly (number | undefined)[]
}

/**
 * Throws `invalid-argument` for a collection of another database, and `invalid-item` for a row that would not
 * come back as it is: what readers would set aside is not sent.
 */
export function draftOf(
  tables: Tables,
  tableOf: (collection: object) => Table | undefined,
  mutations: Saved['mutations'],
): Draft {
  const items: StateItem[] = []
  const places: (number | undefined)[] = []
  for (const { collection, type, key, modified } of mutations) {
    const table = tableOf(collection)
    if (!table)
      throw new SyncError('invalid-argument', `collection "${collection.id}" is not part of this database`)
    const row = modified as Record<string, unknown>
    const value = type === 'delete' ? {} : { value: contentOf(row) }
    const item = { type: table.type, key: String(key), ...value, headers: { operation: type } }
    check(tables, table, item)
    items.push(item)
    places.push(typeof row[SEQ] === 'number' ? row[SEQ] : undefined)
  }
  return { items, places }
}

function check(tables: Tables, table: Table, item: StateItem): void {
  const reading = readItem(tables, throughJson(item))
  if (reading.kind === 'change' && !reading.complaint) return
  const why = reading.kind === 'control' ? 'a control message' : reading.complaint?.message
  throw new SyncError('invalid-item', `${table.name} "${item.key}" cannot be read back from JSON: ${why}`)
}

function throughJson(item: StateItem): unknown {
  try {
    return JSON.parse(JSON.stringify(item))
  } catch (cause) {
    throw new SyncError('invalid-item', `"${item.key}" cannot be written as JSON`, { cause })
  }
}
