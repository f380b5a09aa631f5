import type { Batch, Folded, Folding } from '@strandline/client'
import { deepEquals } from '@tanstack/db'
import { applyChange, originOf, readItem } from './change.ts'
import { isObject } from './is-object.ts'
import { nameOf, partSet } from './part-set.ts'
import { arrival, contentOf, type Row } from './row.ts'
import type { Table, Tables } from './table.ts'

/** An item that is left, and its place in the stream. */
interface Left {
  readonly item: unknown
  readonly place: number
}

/** A row, and the items that make it: its last whole value, and what was folded into it since. */
interface Made {
  readonly table: Table
  readonly key: string
  row: Row
  whole: unknown
  deltas: Left[]
}

/** Items folded into one row before they are made one with it, so that few are held at a time. */
const DELTAS = 100

/**
 * A log's beginning as the last change per key. What comes of it is what came of all it was made from: the same
 * rows, in the same order, and the same issues, under this schema; under another one, see
 * `decisions/client-checkpoint.md`. Items that were set aside are left as they are, and so is whatever follows them
 * under the same key, since another schema may have a use for them.
 */
export function checkpointOf(tables: Tables): Folding {
  const made = new Map<string, Map<string, Made>>()
  let seen = partSet()
  const entangled = new Set<string>()
  /** What was set aside, and what belongs to it: before the last reset, and since. */
  let early: Left[] = []
  let late: Left[] = []

  /** Where a type can stop the rows, nothing is folded past what was set aside, up to the next reset. */
  const stops = [...tables.all, ...tables.folds.values()].some(({ invalid }) => invalid === 'stop')
  let stopped = false

  const clear = () => {
    stopped = false
    made.clear()
    entangled.clear()
    late = []
  }

  /** Rows are void; what was set aside is not, nor what it was set aside for. */
  const reset = (item: unknown, place: number) => {
    if (late.length > 0) early.push(...inOrder(({ key }) => entangled.has(key)), ...late, { item, place })
    clear()
  }

  const inOrder = (wanted: (row: Made) => boolean): Left[] => {
    const rows = [...made.values()].flatMap((each) => [...each.values()]).filter(wanted)
    rows.sort((a, b) => arrival(a.row) - arrival(b.row))
    return rows.flatMap((row) => {
      settle(row, tables)
      return [{ item: row.whole, place: arrival(row.row) }, ...row.deltas]
    })
  }

  const keep = (item: unknown, place: number) => {
    late.push({ item, place })
  }

  const setAside = (item: unknown, place: number) => {
    keep(item, place)
    stopped = stops
    if (isObject(item) && typeof item.key === 'string') entangled.add(item.key)
  }

  const add = (item: unknown, place: number) => {
    const origin = originOf(item)
    if (origin) {
      const name = nameOf(origin)
      if (origin.part !== undefined && seen.has(name)) return
      seen.add(name)
    }
    const reading = readItem(tables, item)
    if (reading.kind === 'control') {
      if (reading.control === 'reset') reset(item, place)
      else keep(item, place)
      return
    }
    if (stopped) return setAside(item, place)
    if (reading.kind === 'stranger' || reading.complaint) return setAside(item, place)
    const { table, key, change } = reading
    if (entangled.has(key)) return keep(item, place)
    const rows = made.get(table.name) ?? new Map<string, Made>()
    made.set(table.name, rows)
    const known = rows.get(key)
    try {
      const row = applyChange(known?.row, change, place)
      if (!row) rows.delete(key)
      else if (change.op === 'fold' && known) {
        known.row = row
        known.deltas.push({ item, place })
        if (known.deltas.length >= DELTAS) settle(known, tables)
      } else if (row !== known?.row) rows.set(key, { table, key, row, whole: item, deltas: [] })
    } catch {
      setAside(item, place)
    }
  }

  return {
    add({ items, first, places, memo, reset: anew }: Batch) {
      if (anew) {
        clear()
        seen = partSet()
        early = []
      }
      for (const [index, item] of items.entries()) add(item, places?.[index] ?? first + index)
      // All that the checkpoint was made of, and so all of what was read of it.
      if (memo) seen = partSet(memo)
    },

    end(): Folded {
      const left = [...early, ...inOrder(() => true), ...late]
      return {
        items: left.map(({ item }) => JSON.stringify(item)),
        places: left.map(({ place }) => place),
        memo: seen.bytes,
      }
    },
  }
}

/**
 * The folded row becomes one item, if reading that gives the row back: a schema may make values that it does not
 * take, or that JSON cannot carry. Fields that only the stored value has are kept for a schema that knows them.
 */
function settle(made: Made, tables: Tables): void {
  const { table, key, row, whole, deltas } = made
  if (deltas.length === 0 || !isObject(whole) || !isObject(whole.value)) return
  const value = { ...whole.value, ...contentOf(row) }
  const item = { ...whole, value }
  try {
    const reading = readItem(tables, JSON.parse(JSON.stringify(item)))
    if (reading.kind !== 'change' || reading.complaint || reading.table !== table || reading.key !== key)
      return
    if (!deepEquals(applyChange(undefined, reading.change, arrival(row)), row)) return
    made.whole = item
    made.deltas = []
  } catch {
    // Nothing that JSON can carry: the items stay as they are.
  }
}
