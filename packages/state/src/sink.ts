import { contain } from '@strandline/client'
import {
  type Collection,
  createCollection,
  type NonSingleResult,
  type StandardSchema,
  type SyncConfig,
} from '@tanstack/db'
import { audienceOf, untold } from './audience.ts'
import type { Saved } from './mutate.ts'
import { SortedIndex } from './sorted-index.ts'

/** A collection, and the only way to write its synced rows. */
export interface Sink<T extends object> {
  readonly collection: Collection<T, string> & NonSingleResult
  /**
   * Makes all writes visible in one step. `stepwise`, where rows are not to be read yet: in several small ones, which
   * cost less; a query may be shown what is new only with `markReady`, or with the next commit that is not stepwise.
   */
  commit(writes: readonly SinkWrite<T>[], stepwise?: boolean): void
  /**
   * Shows rows before the others: they come after all that are to come, in order, or are among them. Those that are not
   * committed until `markReady` are gone then.
   */
  foreshow(rows: readonly T[]): void
  markReady(): void
}

/** A row, new or not, or the key of one that is gone. A row that is written as a whole needs no `insert`: that says no more, and costs more. */
export type SinkWrite<T extends object> =
  | {
      readonly type: 'update'
      readonly value: T
      /** There is no row of its key, for certain. */
      readonly isNew?: true
    }
  | { readonly type: 'delete'; readonly key: string }

export interface SinkOptions<T extends object> {
  readonly id: string
  readonly getKey: (row: T) => string
  readonly compare: (a: T, b: T) => number
  readonly schema?: StandardSchema<T>
  /** Persists a transaction of direct writes; without it the collection is read-only. */
  readonly save?: (params: { readonly transaction: Saved }) => Promise<void>
  readonly indexes?: readonly string[]
  /** All rows of now, for a collection that was cleaned up and is used again. */
  readonly rows: () => Iterable<T>
}

/**
 * From 512 operations a commit on, TanStack sorts all rows anew; below, each new row is appended, as rows come in
 * the order they are kept in.
 */
const APPENDED = 500

type Writer<T extends object> = Parameters<SyncConfig<T, string>['sync']>[0]

/**
 * Indexed by default (T2), kept in the order of `compare` (T13), never collected by TanStack: its life is the
 * database's.
 */
export function createSink<T extends object>(options: SinkOptions<T>): Sink<T> {
  const { id, getKey, compare, schema, save, indexes = [], rows } = options
  let writer: Writer<T> | undefined
  /** No row comes after it. */
  let last: T | undefined
  /** What is written comes after all that is there, in order: TanStack looks for the place of each, and finds the end. */
  let appending = false
  let ready = false
  /** Queries show less than there is. */
  let unread = false
  /** What was shown before its turn, by key, and the first of it. */
  const early = new Set<string>()
  let firstEarly: T | undefined

  const commitAll = (writes: readonly SinkWrite<T>[], size: number) => {
    if (!writer) return
    const { begin, write, commit: finish } = writer
    for (let at = 0; at < writes.length; ) {
      const end = Math.min(at + size, writes.length)
      begin()
      // What a write or a subscriber throws must not leave the transaction open (T15).
      while (at < end)
        contain(() => {
          while (at < end) write(writes[at++] as SinkWrite<T>)
        })
      contain(() => finish())
    }
  }

  /** Not before all that was shown before its turn. */
  const isAmongEarly = (row: T) => firstEarly !== undefined && compare(row, firstEarly) >= 0

  /** How what is appended compares to `row`. */
  const afterAll = (row: T) => (isAmongEarly(row) ? -1 : 1)

  /** Whether all of it is new and comes after what is there, in order; what comes later is measured by it. */
  const appends = (writes: readonly SinkWrite<T>[]): boolean => {
    let inOrder = true
    for (const write of writes) {
      const after = write.type === 'update' && !(last && compare(write.value, last) <= 0)
      inOrder &&= after && write.isNew === true && !isAmongEarly(write.value)
      if (after) last = write.value
    }
    return inOrder
  }

  const keyOf = (write: SinkWrite<T>) => (write.type === 'delete' ? write.key : getKey(write.value))

  const isKnown = (write: SinkWrite<T>) =>
    write.type === 'delete' || (!write.isNew && collection.has(getKey(write.value)))

  const commit = (writes: readonly SinkWrite<T>[], stepwise = false) => {
    const size = stepwise ? APPENDED : writes.length
    const audience = stepwise || size > APPENDED ? audienceOf(collection) : 'anyone'
    const isEarly = (write: SinkWrite<T>) => early.size > 0 && early.has(keyOf(write))
    // Whoever looks later sees by one that something is new: the last, or one that is far from what was shown early.
    const witness = early.size > 0 ? writes.findIndex((write) => !isEarly(write)) : writes.length - 1
    const isOwed = (write: SinkWrite<T>, at: number) => at === witness || isEarly(write)
    const isTold = {
      nobody: isOwed,
      readers: (write: SinkWrite<T>, at: number) => isOwed(write, at) || isKnown(write),
      anyone: () => true,
    }[audience]
    const told = writes.filter(isTold)
    const quiet = told.length < writes.length ? writes.filter((write, at) => !isTold(write, at)) : []
    const atTheEnd = appends(writes)
    if (early.size > 0) for (const write of writes) early.delete(keyOf(write))
    if (quiet.length > 0) {
      // Of several steps, none of which is sorted by itself, and of which nobody hears.
      appending = atTheEnd && stepwise
      try {
        untold(collection, () => commitAll(quiet, size))
      } finally {
        appending = false
      }
    }
    commitAll(told, size)
    unread ||= audience === 'readers'
    if (!stepwise) read()
  }

  /** Queries that were not told look for what is new: in a microtask, as TanStack has it. */
  const read = () => {
    if (unread) writer?.invalidateLoadedSubsets()
    unread = false
  }

  const collection = createCollection<T, string>({
    id,
    getKey,
    compare: (a: T, b: T) => (appending ? afterAll(b) : compare(a, b)),
    startSync: true,
    gcTime: 0,
    autoIndex: 'eager',
    defaultIndexType: SortedIndex,
    sync: {
      rowUpdateMode: 'full',
      sync(params: Writer<T>) {
        const again = writer !== undefined
        writer = params
        if (again) commit(Array.from(rows(), (value) => ({ type: 'update', value })))
        if (ready) params.markReady()
      },
    },
    ...(schema && { schema }),
    ...(save && { onInsert: save, onUpdate: save, onDelete: save }),
  } as never) as unknown as Collection<T, string> & NonSingleResult

  for (const field of indexes) collection.createIndex((row) => row[field as keyof typeof row])

  return {
    collection,
    commit,
    foreshow(rows) {
      firstEarly = rows[0]
      for (const row of rows) early.add(getKey(row))
      commitAll(
        rows.map((value) => ({ type: 'update', value })),
        rows.length,
      )
    },
    markReady() {
      ready = true
      firstEarly = undefined
      const wrong = [...early].map((key) => ({ type: 'delete', key }) as const)
      if (wrong.length > 0) commit(wrong)
      read()
      // By then it is read: a query is not to be ready before.
      queueMicrotask(() => contain(() => writer?.markReady()))
    },
  }
}
