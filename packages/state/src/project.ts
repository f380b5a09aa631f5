import type { Batch } from '@strandline/client'
import { applyChange, originOf, type Reading, readItem } from './change.ts'
import type { Issue } from './issue.ts'
import { nameOf } from './part-set.ts'
import type { Row } from './row.ts'
import type { Tables } from './table.ts'

/** What a batch makes of the rows of the log. */
export interface Projected {
  /** All rows from before the batch are void. */
  readonly reset: boolean
  /** By collection and key; null where the row is gone. */
  readonly rows: ReadonlyMap<string, ReadonlyMap<string, Row | null>>
  readonly issues: readonly Issue[]
  /** The writes that are in the log as a whole now. */
  readonly txids: readonly string[]
  /** The items of the batch that must not count again, by `nameOf`. */
  readonly parts: readonly string[]
}

/** What is known from before a batch. */
export interface Before {
  readonly row: ReadRow
  /** An item has been in the log: a relay that forgot its producers may have taken it twice. */
  readonly seen: (part: string) => boolean
}

type ReadRow = (collection: string, key: string) => Row | undefined

/** Pure: the same rows and batch give the same result, whichever source brought the batch (invariant 1). */
export function project(tables: Tables, before: Before, batch: Batch): Projected {
  let reset = batch.reset
  const rows = new Map<string, Map<string, Row | null>>()
  const issues: Issue[] = []
  const txids: string[] = []
  const parts = new Set<string>()

  const current: ReadRow = (name, key) => {
    const changed = rows.get(name)?.get(key)
    if (changed !== undefined) return changed ?? undefined
    return reset ? undefined : before.row(name, key)
  }

  const put = (name: string, key: string, row: Row | undefined) => {
    const changed = rows.get(name) ?? new Map<string, Row | null>()
    rows.set(name, changed)
    changed.set(key, row ?? null)
  }

  for (const [index, raw] of batch.items.entries()) {
    const ordinal = batch.places?.[index] ?? batch.first + index
    const origin = originOf(raw)
    if (origin?.last) txids.push(origin.txid)
    if (origin?.part !== undefined) {
      const part = nameOf(origin)
      if (parts.has(part) || before.seen(part)) continue
      parts.add(part)
    }
    const reading = readItem(tables, raw)
    if (reading.kind === 'control') {
      if (reading.control !== 'reset') continue
      reset = true
      rows.clear()
      continue
    }
    const failed = reading.kind === 'change' ? attempt(reading, ordinal, current, put) : undefined
    const complaint = failed ?? reading.complaint
    if (!complaint) continue
    const { reason, type } = complaint
    const id = reason === 'unknown-type' ? `type:${type}` : String(ordinal)
    issues.push({ id, ...complaint, ordinal, offset: batch.from, raw, count: 1 })
  }
  return { reset, rows, issues, txids, parts: [...parts] }
}

function attempt(
  reading: Reading & { kind: 'change' },
  ordinal: number,
  current: ReadRow,
  put: (name: string, key: string, row: Row | undefined) => void,
) {
  const { table, key, change } = reading
  try {
    put(table.name, key, applyChange(current(table.name, key), change, ordinal))
    return undefined
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { reason: 'fold', message, type: table.type, key } as const
  }
}
