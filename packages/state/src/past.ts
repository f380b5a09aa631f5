import { type Batch, compareOffsets, OFFSET_START, type StreamHandle, SyncError } from '@strandline/client'
import { tableSink } from './collection.ts'
import { issueLedger } from './issues.ts'
import type { CollectionMap, Past } from './options.ts'
import { createProjection } from './projection.ts'
import type { StreamStateDefinition } from './schema.ts'
import type { Tables } from './table.ts'

export interface PastOptions {
  readonly url: string
  readonly tables: Tables
  /** Closed when the log has been read. */
  readonly handle: StreamHandle
  /** A count of items, or an offset. */
  readonly position: number | string
  readonly signal: AbortSignal
}

/** Tells the collections of one past from those of another. */
let pasts = 0

/** Reads the log up to a position into collections of its own. */
export async function pastOf<TDef extends StreamStateDefinition>(options: PastOptions): Promise<Past<TDef>> {
  const { tables, handle, position, signal } = options
  const projection = createProjection(tables, () => 0)
  const ledger = issueLedger()
  let head = START
  let at = START
  let folded = START
  /** Parts of what arrived together: its end is told with the last of them. */
  let parts: Batch[] = []

  const take = (batch: Batch) => {
    if (batch.reset) {
      parts = []
      ledger.clear()
      at = folded = START
    }
    parts.push(batch)
    if (batch.to === batch.from && batch.items.length > 0) return
    head = { offset: batch.to, count: batch.end }
    if (batch.places) folded = head
    for (const part of parts) {
      const items = itemsBefore(position, { ...part, to: batch.to, ...(part.places && { end: batch.end }) })
      if (items.length === 0 && !part.reset) continue
      ledger.add(projection.add({ ...part, items }).issues)
      const whole = items.length === part.items.length && part === batch
      at = whole ? head : { offset: batch.from, count: part.first + items.length }
    }
    parts = []
  }

  const over = new AbortController()
  const read = new Promise<void>((resolve, reject) => {
    const shut = () => reject(new SyncError('shut-down', 'the database was closed'))
    signal.addEventListener('abort', shut, { signal: over.signal })
    handle.observe(
      ({ batch, replayed }) => {
        if (batch) take(batch)
        if (replayed) resolve()
      },
      { signal },
    )
  })
  await read.finally(() => {
    over.abort()
    return handle.close()
  })
  if (!isPosition(position) || isBefore(head, position))
    throw new SyncError('invalid-argument', `the log has no position ${position}: it ends at ${head.offset}`)
  if (!isBefore(folded, position) && !isAt(folded, position) && !isAt(START, position))
    throw new SyncError(
      'trimmed',
      `of what came before ${folded.offset}, only the last change per key is kept`,
    )

  const url = `${options.url}#${position}/${pasts++}`
  const writes = projection.take()
  const sinks = tables.all.map((table) => {
    const sink = tableSink({ url, table, nextPlace: () => 0, rows: () => projection.rows(table.name) })
    sink.commit(writes.get(table.name) ?? [])
    sink.markReady()
    return [table.name, sink.collection] as const
  })
  // Each collection was made from the definition of its name.
  const collections = Object.fromEntries(sinks) as unknown as CollectionMap<TDef>
  return { collections, ...at, issues: [...ledger.all()] }
}

interface Place {
  readonly offset: string
  readonly count: number
}

const START: Place = { offset: OFFSET_START, count: 0 }

function itemsBefore(
  position: number | string,
  { items, first, end, places, to }: Batch,
): readonly unknown[] {
  if (typeof position === 'string') return compareOffsets(to, position) <= 0 ? items : []
  if (places) return position < end ? [] : items
  return items.slice(0, Math.max(0, position - first))
}

function isPosition(position: number | string): boolean {
  return typeof position === 'number' ? Number.isInteger(position) && position >= 0 : position !== ''
}

function isBefore({ offset, count }: Place, position: number | string): boolean {
  return typeof position === 'number' ? count < position : compareOffsets(offset, position) < 0
}

function isAt({ offset, count }: Place, position: number | string): boolean {
  return position === count || position === offset
}
