import { contain } from '@strandline/client'
import {
  BTreeIndex,
  type Collection,
  createCollection,
  type NonSingleResult,
  type StandardSchema,
  type SyncConfig,
} from '@tanstack/db'
import type { Saved } from './mutate.ts'

/** A collection, and the only way to write its synced rows. */
export interface Sink<T extends object> {
  readonly collection: Collection<T, string> & NonSingleResult
  /** Makes all writes visible in one step; in several small ones, which cost less, where `stepwise`. */
  commit(writes: readonly SinkWrite<T>[], stepwise?: boolean): void
  markReady(): void
}

export type SinkWrite<T extends object> =
  | { readonly type: 'insert' | 'update'; readonly value: T }
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
  let ready = false

  const commit = (writes: readonly SinkWrite<T>[], stepwise = false) => {
    if (!writer || writes.length === 0) return
    if (stepwise && writes.length > APPENDED) {
      for (let at = 0; at < writes.length; at += APPENDED) commit(writes.slice(at, at + APPENDED))
      return
    }
    const { begin, write, commit: finish } = writer
    begin()
    // What a write or a subscriber throws must not leave the transaction open (T15).
    for (const message of writes) contain(() => write(whole(message)))
    contain(() => finish())
  }

  const collection = createCollection<T, string>({
    id,
    getKey,
    compare,
    startSync: true,
    gcTime: 0,
    autoIndex: 'eager',
    defaultIndexType: BTreeIndex,
    sync: {
      rowUpdateMode: 'full',
      sync(params: Writer<T>) {
        const again = writer !== undefined
        writer = params
        if (again) commit(Array.from(rows(), (value) => ({ type: 'insert', value })))
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
    markReady() {
      ready = true
      contain(() => writer?.markReady())
    },
  }
}

/** A row is written as a whole, so that an update says as much as an insert, and costs less. */
function whole<T extends object>(message: SinkWrite<T>): SinkWrite<T> {
  return message.type === 'insert' ? { type: 'update', value: message.value } : message
}
