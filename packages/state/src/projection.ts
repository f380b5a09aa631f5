import type { Batch, PendingWrite } from '@strandline/client'
import { deepEquals } from '@tanstack/db'
import type { Issue } from './issue.ts'
import { mapOf } from './map-of.ts'
import { overlay } from './overlay.ts'
import { lastOf, type PartSet, partSet } from './part-set.ts'
import { followOutbox, type PendingByKey } from './pending.ts'
import { type Before, type Projected, project } from './project.ts'
import type { Row } from './row.ts'
import type { SinkWrite } from './sink.ts'
import type { Tables } from './table.ts'

/**
 * The rows of a stream: the log's, with the outbox on top (invariant 1). Every source goes through `add` and
 * `setOutbox`; `take` says what has changed since it was last asked.
 */
export interface Projection {
  /** Makes a batch part of the rows. */
  add(batch: Batch): Pick<Projected, 'issues' | 'txids' | 'stopped'>
  setOutbox(outbox: readonly PendingWrite[]): void
  /** Whether the checkpoint was made of a write, among others. */
  recalls(txid: string): boolean
  /** Rows touched since the last `take`. */
  readonly touched: number
  /** The writes that bring each collection from its last `take` to now; none where nothing changed in effect. */
  take(): ReadonlyMap<string, readonly SinkWrite<Row>[]>
  /** All rows of a collection, those of the log first. */
  rows(collection: string): Iterable<Row>
}

export function createProjection(tables: Tables, seqOf: (txid: string, index: number) => number): Projection {
  const base = new Map(tables.all.map(({ name }) => [name, new Map<string, Row>()]))
  /** Where pending changes make a row another than the log's; null hides it. */
  const over = new Map(tables.all.map(({ name }) => [name, new Map<string, Row | null>()]))
  /** What was shown of each touched row at the last `take`. */
  let before = new Map<string, Map<string, Row | undefined>>()
  let byKey: PendingByKey = new Map()
  let outbox: readonly PendingWrite[] = []
  const parts = new Set<string>()
  const held = new Set<string>()
  let stopped: Issue | undefined
  /** What the checkpoint was made of. */
  let memo: PartSet | undefined
  const known: Omit<Before, 'stopped'> = {
    row: (name, key) => base.get(name)?.get(key),
    seen: (part) => parts.has(part) || memo?.has(part) === true,
    held,
  }
  const follow = followOutbox(tables, seqOf)

  const shown = (name: string, key: string): Row | undefined => {
    const pending = over.get(name)?.get(key)
    return pending === undefined ? base.get(name)?.get(key) : (pending ?? undefined)
  }

  const touch = (name: string, key: string, keys = mapOf(before, name)) => {
    if (!keys.has(key)) keys.set(key, shown(name, key))
  }

  const derive = (name: string, key: string) => {
    const changes = byKey.get(name)?.get(key)
    if (changes) over.get(name)?.set(key, overlay(base.get(name)?.get(key), changes) ?? null)
    else over.get(name)?.delete(key)
  }

  const clear = () => {
    held.clear()
    for (const [name, rows] of base) {
      for (const key of rows.keys()) touch(name, key)
      rows.clear()
      for (const key of over.get(name)?.keys() ?? []) {
        touch(name, key)
        derive(name, key)
      }
    }
  }

  return {
    add(batch) {
      if (batch.reset) {
        parts.clear()
        memo = undefined
      }
      const { reset, rows, were, issues, txids, ...next } = project(tables, { ...known, stopped }, batch)
      for (const part of next.parts) parts.add(part)
      if (batch.memo) memo = partSet(batch.memo)
      if (reset) clear()
      for (const [place, holds] of next.holds) holds ? held.add(place) : held.delete(place)
      stopped = next.stopped
      for (const [name, changed] of rows) {
        const table = base.get(name)
        const keys = mapOf(before, name)
        const known = were.get(name)
        const pending = byKey.has(name) || over.get(name)?.size
        for (const [key, row] of changed) {
          if (pending) touch(name, key, keys)
          else if (!keys.has(key)) keys.set(key, known?.get(key))
          if (row) table?.set(key, row)
          else table?.delete(key)
          if (pending) derive(name, key)
        }
      }
      return { issues, txids, stopped }
    },
    recalls: (txid) => memo !== undefined && (memo.has(lastOf(txid)) || memo.has(txid)),
    setOutbox(next) {
      if (next === outbox) return
      outbox = next
      const step = follow(next)
      byKey = step.byKey
      for (const { collection, key } of step.touched) {
        touch(collection, key)
        derive(collection, key)
      }
    },
    get touched() {
      let touched = 0
      for (const keys of before.values()) touched += keys.size
      return touched
    },
    take() {
      const writes = new Map<string, readonly SinkWrite<Row>[]>()
      for (const [name, keys] of before) {
        const changed: SinkWrite<Row>[] = []
        const table = base.get(name)
        const pending = over.get(name)?.size
        for (const [key, was] of keys) {
          const write = writeOf(key, was, pending ? shown(name, key) : table?.get(key))
          if (write) changed.push(write)
        }
        if (changed.length > 0) writes.set(name, changed)
      }
      before = new Map()
      return writes
    },
    *rows(name) {
      const pending = over.get(name)
      for (const [key, row] of base.get(name) ?? []) if (!pending?.has(key)) yield row
      for (const row of pending?.values() ?? []) if (row) yield row
    },
  }
}

function writeOf(key: string, was: Row | undefined, is: Row | undefined): SinkWrite<Row> | undefined {
  if (!is) return was && { type: 'delete', key }
  if (!was) return { type: 'update', value: is, isNew: true }
  return deepEquals(was, is) ? undefined : { type: 'update', value: is }
}
