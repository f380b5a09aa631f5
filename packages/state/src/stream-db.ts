import { DurableStream } from '@durable-streams/client'
import { type Batch, type PendingWrite, SyncError } from '@strandline/client'
import { createTransaction, type Transaction } from '@tanstack/db'
import { actionsOf } from './actions.ts'
import { tableSink } from './collection.ts'
import { follow } from './follow.ts'
import { leaseOf } from './lease.ts'
import { draftOf, type Saved } from './mutate.ts'
import { newestRows } from './newest.ts'
import type {
  ActionDefinitions,
  CollectionMap,
  CreateStreamDBOptions,
  StreamDB,
  StreamDBWithActions,
} from './options.ts'
import { withFixed } from './params.ts'
import { createPlaces } from './places.ts'
import { createProjection } from './projection.ts'
import type { StreamStateDefinition } from './schema.ts'
import { type Table, tablesOf } from './table.ts'
import { createTxids } from './txids.ts'
import { createView } from './view.ts'

/**
 * A stream as a set of reactive collections, kept on the device and in step with everyone else's. Synchronous,
 * and nothing is read, sent or stored before `preload()` or the first write.
 */
export function createStreamDB<
  TDef extends StreamStateDefinition,
  TActions extends ActionDefinitions = Record<string, never>,
>(
  options: CreateStreamDBOptions<TDef, TActions>,
): TActions extends Record<string, never> ? StreamDB<TDef> : StreamDBWithActions<TDef, TActions> {
  const { syncMode = 'eager' } = options
  if (syncMode !== 'eager') throw new SyncError('invalid-argument', `syncMode "${syncMode}" is not offered`)
  const stream = streamOf(options)
  const url = withFixed(stream.url, options.streamOptions?.params)
  const tables = tablesOf(options.state, options.folds)
  const places = createPlaces()
  const projection = createProjection(tables, places.of)
  const txids = createTxids()

  const save = async ({ transaction: { id, mutations } }: { readonly transaction: Saved }) => {
    const draft = draftOf(tables, (collection) => tableOf.get(collection), mutations)
    places.take(id, draft.places)
    try {
      // Then the pending row stands in for the optimistic one: both must be there in the same step.
      await following.save(draft.items, id)
    } finally {
      places.forget(id)
    }
  }

  const sinks = new Map(
    tables.all.map((table) => {
      const rows = () => projection.rows(table.name)
      return [table.name, tableSink({ url, table, nextPlace: places.next, rows, save })] as const
    }),
  )
  const tableOf = new Map<object, Table>()
  for (const table of tables.all) {
    const sink = sinks.get(table.name)
    if (sink) tableOf.set(sink.collection, table)
  }

  const folding =
    options.history === 'full'
      ? undefined
      : () => import('./checkpoint.ts').then(({ checkpointOf }) => checkpointOf(tables))
  const newest = (batches: readonly Batch[], outbox: readonly PendingWrite[]) =>
    newestRows(tables, batches, outbox, places.keep)
  const view = createView({ ...options, url, projection, sinks, txids, newest, folding })
  const lease = leaseOf(options, url)
  // Event streams are the default, with long-poll to fall back on; the other way round is to be asked for.
  const tail = options.live === 'long-poll' ? { tail: options.live } : {}
  const { create, echo } = options
  const open = () => lease.client().stream(url, { ...tail, ...(create && { create }), ...(echo && { echo }) })
  const following = follow({ open, view, live: options.live !== false })
  const transact = (fn: () => void): Transaction => createTransaction({ mutationFn: save }).mutate(fn)

  const collections = Object.fromEntries([...sinks].map(([name, sink]) => [name, sink.collection]))
  const db: StreamDB<TDef> = {
    // Each collection was made from the definition of its name.
    collections: collections as unknown as CollectionMap<TDef>,
    stream,
    get offset() {
      return view.offset
    },
    async at(position) {
      const { pastOf } = await import('./past.ts')
      return pastOf({ ...following.another(), url, tables, position })
    },
    async preload({ until } = {}) {
      await following.until(until ?? 'open')
    },
    async close() {
      txids.end(new SyncError('shut-down', 'the database was closed'))
      await following.close()
      await lease.release(following.status.get().storage === 'memory')
    },
    utils: { awaitTxId: txids.wait },
    status: following.status,
    pending: view.pending.collection,
    issues: view.issues.collection,
    transact,
    retry: async (txid) => following.handle().retry(txid),
    discard: async (txid) => following.handle().discard(txid),
  }
  const actions = options.actions && actionsOf(options.actions({ db, stream }), transact)
  // The condition of the return type is on the presence of `actions`.
  return (actions ? Object.assign(db, { actions }) : db) as never
}

function streamOf({
  stream,
  streamOptions,
}: Pick<CreateStreamDBOptions, 'stream' | 'streamOptions'>): DurableStream {
  if (stream) return stream
  if (!streamOptions)
    throw new SyncError('invalid-argument', 'createStreamDB needs streamOptions, or a stream')
  return new DurableStream({ contentType: 'application/json', warnOnHttp: false, ...streamOptions })
}
