import type { Batch, PendingWrite, StateItem } from '@strandline/client'
import { isChange } from './change.ts'
import { createProjection } from './projection.ts'
import { arrival, type Row } from './row.ts'
import type { Tables } from './table.ts'

/** By collection, in order of arrival. */
export type NewestRows = ReadonlyMap<string, readonly Row[]>

/**
 * The rows that begin in the end of a log, as all of it will show them: what extends or replaces a row from before is
 * left out. An end does not tell of an item that came twice, or of one after which no other counts, as what is before
 * it would; so these rows are to be looked at and not to be relied on.
 */
export function newestRows(
  tables: Tables,
  batches: readonly Batch[],
  outbox: readonly PendingWrite[],
  seqOf: (txid: string, index: number) => number,
): NewestRows {
  const projection = createProjection(tables, seqOf)
  const begins = beginnings(tables)
  for (const batch of batches) {
    const kept = [...batch.items.entries()].filter(([, item]) => begins(item))
    const places = kept.map(([index]) => batch.places?.[index] ?? batch.first + index)
    projection.add({ ...batch, items: kept.map(([, item]) => item), places })
  }
  // Each keeps its place in its write, and every write its place among the others, shown or not.
  for (const { txid, items } of outbox) for (const index of items.keys()) seqOf(txid, index)
  const waiting = outbox.filter(({ state }) => state !== 'rejected')
  projection.setOutbox(
    waiting.map((write) => ({
      ...write,
      items: write.items.map((item) => (begins(item) ? item : PASSED_OVER)),
    })),
  )
  const rows = new Map<string, readonly Row[]>()
  for (const [name, writes] of projection.take()) {
    const values = writes.flatMap((write) => (write.type === 'update' ? [write.value] : []))
    rows.set(
      name,
      values.sort((a, b) => arrival(a) - arrival(b)),
    )
  }
  return rows
}

/** An item that no table knows. */
const PASSED_OVER: StateItem = { headers: {} }

/** Tells of one item after the other whether its row began with it, or with one before. */
function beginnings({ byType, folds }: Tables): (item: unknown) => boolean {
  const begun = new Set<string>()
  return (item) => {
    // Of what is no change, a reset counts.
    if (!isChange(item)) return true
    const { type, key, headers } = item
    const place = `${(folds.get(type)?.table ?? byType.get(type))?.name}\n${key}`
    if (byType.has(type) && headers.operation === 'insert') begun.add(place)
    return begun.has(place)
  }
}
