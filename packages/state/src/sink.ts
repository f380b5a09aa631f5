import { contain } from '@strandline/client'
import {
  type Collection,
  createCollection,
  type NonSingleResult,
  type StandardSchema,
  type SyncConfig,
} from '@tanstack/db'
import type { Saved } from './mutate.ts'
import { SortedIndex } from './sorted-index.ts'
import { isUnheard, untold } from './unheard.ts'

/** A collection, and the only way to write its synced rows. */
export interface Sink<T extends object> {
  readonly collection: Collection<T, string> & NonSingleResult
  /** Makes all writes visible in one step; in several small ones, which cost less, where `stepwise` and not `ordered`. */
  commit(writes: readonly SinkWrite<T>[], stepwise?: boolean): void
  /** A query hears of the rows that keeps them in an order: it is to hear of many at once. */
  readonly ordered: boolean
  markReady(): void
}

/** A row, new or not, or the key of one that is gone. A row that is written as a whole needs no `insert`: that says no more, and costs more. */
export type SinkWrite<T extends object> =
  | { readonly type: 'update'; readonly value: T }
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

/** From here on the order of the operations does not matter to TanStack, but see `inOrder`. */
const SORTED = 512

type Writer<T extends object> = Parameters<SyncConfig<T, string>['sync']>[0]

/**
 * Indexed by default (T2), kept in the order of `compare` (T13), never collected by TanStack: its life is the
 * database's.
 */
export function createSink<T extends object>(options: SinkOptions<T>): Sink<T> {
  const { id, getKey, compare, schema, save, indexes = [], rows } = options
  let writer: Writer<T> | undefined
  let ready = false

  const step = (writes: readonly SinkWrite<T>[], from: number, to: number) => {
    if (!writer) return
    const { begin, write, commit: finish } = writer
    begin()
    // What a write or a subscriber throws must not leave the transaction open (T15).
    for (let at = from; at < to; at++) contain(() => write(writes[at] as SinkWrite<T>))
    contain(() => finish())
  }

  /** The order that a query which listens asked for. */
  const order = () => {
    if (isUnheard(collection)) return undefined
    const indexes = [...collection.indexes.values()]
    return indexes.map((index) => index instanceof SortedIndex && index.order).find(Boolean)
  }

  const commit = (writes: readonly SinkWrite<T>[], stepwise = false) => {
    const count = writes.length
    if (count === 0) return
    const wanted = count < SORTED ? undefined : order()
    if (wanted) return step(inOrder(writes, wanted), 0, count)
    const size = stepwise ? APPENDED : count
    // The last one is told in any case: it says that there is something new.
    const quiet = stepwise && isUnheard(collection) ? count - 1 : 0
    for (let at = 0; at < quiet; at += size)
      untold(collection, () => step(writes, at, Math.min(at + size, quiet)))
    for (let at = quiet; at < count; at += size) step(writes, at, Math.min(at + size, count))
  }

  const collection = createCollection<T, string>({
    id,
    getKey,
    compare,
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
    get ordered() {
      return order() !== undefined
    },
    markReady() {
      ready = true
      contain(() => writer?.markReady())
    },
  }
}

/** One of so many rows goes before the others. */
const STRIDE = 64

/**
 * An ordered query is sent every change and keeps all of them in a sorted array, which it shifts for each row that
 * comes before others, with a name for each place that grows where places are squeezed in before a fixed one. So a few
 * rows go first, the last one to the first, which spread the places out, and then all others in the query's own order:
 * there is little behind them to be shifted then. What goes, goes first.
 */
function inOrder<T extends object>(
  writes: readonly SinkWrite<T>[],
  order: (a: unknown, b: unknown) => number,
): SinkWrite<T>[] {
  const gone = writes.filter((write) => write.type === 'delete')
  const come = writes.filter((write) => write.type !== 'delete')
  come.sort((a, b) => order(a.value, b.value))
  const isFirst = (_: unknown, at: number) => at % STRIDE === 0
  return [...gone, ...come.filter(isFirst).reverse(), ...come.filter((write, at) => !isFirst(write, at))]
}
