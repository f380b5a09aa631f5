import type { Batch } from '@strandline/client'
import { applyChange, type Complaint, originOf, type Reading, readItem } from './change.ts'
import type { Issue } from './issue.ts'
import { mapOf } from './map-of.ts'
import { nameOf } from './part-set.ts'
import type { Row } from './row.ts'
import type { Tables } from './table.ts'

/** What a batch makes of the rows of the log. */
export interface Projected {
  /** All rows from before the batch are void. */
  readonly reset: boolean
  /** By collection and key; null where the row is gone. */
  readonly rows: ReadonlyMap<string, ReadonlyMap<string, Row | null>>
  /** Those of them that were there before, as they were. */
  readonly were: ReadonlyMap<string, ReadonlyMap<string, Row>>
  readonly issues: readonly Issue[]
  /** The writes that are in the log as a whole now. */
  readonly txids: readonly string[]
  /** The items of the batch that must not count again, by `nameOf`. */
  readonly parts: readonly string[]
  /** By `placeOf`: rows whose later items wait from now on, or wait no more. */
  readonly holds: ReadonlyMap<string, boolean>
  /** The item after which no other counts; what comes later waits for another schema, or a reset. */
  readonly stopped: Issue | undefined
}

/** What is known from before a batch. */
export interface Before {
  readonly row: ReadRow
  /** An item has been in the log: a relay that forgot its producers may have taken it twice. */
  readonly seen: (part: string) => boolean
  /** By `placeOf`: rows whose items wait. */
  readonly held: ReadonlySet<string>
  readonly stopped: Issue | undefined
}

type ReadRow = (collection: string, key: string) => Row | undefined

/** Pure: the same rows and batch give the same result, whichever source brought the batch (invariant 1). */
export function project(tables: Tables, before: Before, batch: Batch): Projected {
  let { reset } = batch
  let stopped = reset ? undefined : before.stopped
  const rows = new Map<string, Map<string, Row | null>>()
  const were = new Map<string, Map<string, Row>>()
  const issues: Issue[] = []
  const txids: string[] = []
  const parts = new Set<string>()
  const holds = new Map<string, boolean>()

  const current: ReadRow = (name, key) => {
    const changed = rows.get(name)?.get(key)
    if (changed !== undefined) return changed ?? undefined
    const was = reset ? undefined : before.row(name, key)
    if (was) mapOf(were, name).set(key, was)
    return was
  }

  const put = (name: string, key: string, row: Row | undefined) => {
    mapOf(rows, name).set(key, row ?? null)
  }

  const isHeld = (about: Pick<Complaint, 'type' | 'key'>) => {
    if (holds.size === 0 && before.held.size === 0) return false
    const place = placeOf(about)
    return holds.get(place) ?? (!reset && before.held.has(place))
  }

  /** Makes a change part of the rows; says why not, where it cannot. */
  const apply = (reading: Reading & { kind: 'change' }, ordinal: number): Complaint | undefined => {
    const { table, key, change } = reading
    const about = { type: table.type, key }
    if (isHeld(about)) {
      // A whole row of a type that depends on no other item ends what its deltas wait for.
      const whole = change.op !== 'fold' && (change.op !== 'add' || !current(table.name, key))
      if (!whole || table.invalid !== 'skip')
        return { reason: 'held', message: 'an earlier item of its key is held', policy: 'hold', ...about }
      holds.set(placeOf(about), false)
    }
    try {
      put(table.name, key, applyChange(current(table.name, key), change, ordinal))
      return reading.complaint
    } catch (error) {
      const policy = change.op === 'fold' ? change.fold.invalid : table.invalid
      return { reason: 'fold', message: messageOf(error), policy, ...about }
    }
  }

  for (const [index, raw] of batch.items.entries()) {
    const ordinal = batch.places?.[index] ?? batch.first + index
    const origin = originOf(raw)
    if (origin?.last && !stopped) txids.push(origin.txid)
    if (origin?.part !== undefined) {
      const part = nameOf(origin)
      if (parts.has(part) || before.seen(part)) continue
      parts.add(part)
    }
    const reading = readItem(tables, raw)
    if (reading.kind === 'control') {
      if (reading.control !== 'reset') continue
      reset = true
      stopped = undefined
      rows.clear()
      were.clear()
      holds.clear()
      continue
    }
    if (stopped) continue
    const complaint = reading.kind === 'change' ? apply(reading, ordinal) : reading.complaint
    if (!complaint) continue
    const issue = { id: idOf(complaint, ordinal), ...complaint, ordinal, offset: batch.from, raw, count: 1 }
    issues.push(issue)
    if (complaint.policy === 'hold' && complaint.key) holds.set(placeOf(complaint), true)
    if (complaint.policy === 'stop') stopped = issue
  }
  return { reset, rows, were, issues, txids, parts: [...parts], holds, stopped }
}

/** A row, by the type of its collection and its key. */
function placeOf({ type, key }: Pick<Complaint, 'type' | 'key'>): string {
  return `${type}\n${key}`
}

function idOf(complaint: Complaint, ordinal: number): string {
  const { reason, type } = complaint
  if (reason === 'unknown-type') return `type:${type}`
  return reason === 'held' ? `held:${placeOf(complaint)}` : String(ordinal)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
