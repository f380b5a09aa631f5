import type { JsonBatch } from '@durable-streams/client'
import type { StateEvent } from '@durable-streams/state'
import {
  type Batch,
  contain,
  type Folding,
  OFFSET_START,
  type PendingWrite,
  type StreamChange,
} from '@strandline/client'
import { isChange } from './change.ts'
import { getStreamDBCollectionId } from './collection.ts'
import type { Issue } from './issue.ts'
import { issueLedger } from './issues.ts'
import type { NewestRows } from './newest.ts'
import type { CreateStreamDBOptions } from './options.ts'
import { outboxRows } from './outbox-rows.ts'
import type { Projection } from './projection.ts'
import type { Row } from './row.ts'
import type { StreamStateDefinition } from './schema.ts'
import { createSink, type Sink } from './sink.ts'
import type { Txids } from './txids.ts'

type Callbacks = Pick<
  CreateStreamDBOptions<StreamStateDefinition>,
  'onEvent' | 'onBeforeBatch' | 'onBatch' | 'onIssue'
>

export interface ViewOptions extends Callbacks {
  readonly url: string
  readonly projection: Projection
  readonly sinks: ReadonlyMap<string, Sink<Row>>
  readonly txids: Txids
  /** The rows that begin in the end of a log, and in the outbox. */
  readonly newest: (batches: readonly Batch[], outbox: readonly PendingWrite[]) => NewestRows
  /** Makes a checkpoint of what is shown; undefined where history is kept in full. */
  readonly folding: (() => Promise<Folding>) | undefined
}

/** Everything of a stream that an app can see. `apply` takes news in; `show` makes all of it visible in one go. */
export interface View {
  readonly pending: Sink<PendingWrite>
  readonly issues: Sink<Issue>
  /** The offset that what is shown reaches. */
  readonly offset: string
  /** The item that everything after it waits for. */
  readonly stopped: Issue | undefined
  apply(change: StreamChange): void
  /** Shows the newest rows before all others: those that begin in `batches`, the end of the log, and in the outbox. */
  foreshow(batches: readonly Batch[], outbox: readonly PendingWrite[]): void
  /** `stepwise`: in small steps, where rows are not to be read yet. */
  show(stepwise?: boolean): void
  readonly folding: (() => Promise<Folding>) | undefined
  /** Whether the outbox holds what no person has to decide about. */
  readonly unsent: boolean
  /** Rows that wait to be shown. */
  readonly waiting: number
  markReady(): void
}

export function createView(options: ViewOptions): View {
  const { url, projection, sinks, txids, onEvent, onBeforeBatch, onBatch, onIssue } = options
  const ledger = issueLedger()
  const pending = outboxRows(getStreamDBCollectionId(url, '$pending'))
  const issues = createSink<Issue>({
    id: getStreamDBCollectionId(url, '$issues'),
    getKey: ({ id }) => id,
    compare: (a, b) => a.ordinal - b.ordinal,
    rows: ledger.all,
  })
  let outbox: readonly PendingWrite[] = []
  let offset: string = OFFSET_START
  let applied: { readonly batch: Batch; readonly txids: readonly string[]; readonly whole: boolean }[] = []
  let stopped: Issue | undefined

  const addBatch = (batch: Batch) => {
    if (onBeforeBatch) contain(() => onBeforeBatch(stockBatch(batch)))
    if (batch.reset) {
      ledger.clear()
      txids.clear()
    }
    const result = projection.add(batch)
    ledger.add(result.issues)
    if (onIssue) for (const issue of result.issues) contain(() => onIssue(issue))
    if (onEvent) for (const item of batch.items) if (isChange(item)) contain(() => onEvent(item))
    stopped = result.stopped
    applied.push({ batch, txids: result.txids, whole: !stopped })
  }

  return {
    folding: options.folding,
    pending: pending.sink,
    issues,
    get offset() {
      return offset
    },
    get stopped() {
      return stopped
    },
    apply({ batch, outbox: next }) {
      if (batch) addBatch(batch)
      outbox = next
      projection.setOutbox(next)
    },
    foreshow(batches, waiting) {
      for (const [name, rows] of options.newest(batches, waiting)) sinks.get(name)?.foreshow(rows)
      pending.show(waiting)
    },
    show(stepwise) {
      for (const [name, writes] of projection.take()) sinks.get(name)?.commit(writes, stepwise)
      issues.commit(ledger.take())
      pending.show(outbox)
      const done = applied
      applied = []
      for (const { batch, txids: seen, whole } of done) {
        txids.add(seen)
        if (batch.memo) txids.recall(projection.recalls)
        if (!whole) continue
        if (batch.items.length > 0 || batch.reset) offset = batch.to
        if (onBatch) contain(() => onBatch(stockBatch(batch)))
      }
    },
    get unsent() {
      return outbox.some(({ state }) => state !== 'rejected' && state !== 'uncertain')
    },
    get waiting() {
      return projection.touched
    },
    markReady() {
      for (const sink of [...sinks.values(), pending.sink, issues]) sink.markReady()
    },
  }
}

/** A batch as upstream's callbacks know it. */
function stockBatch({ items, to, upToDate }: Batch): JsonBatch<StateEvent> {
  // Strangers included: upstream does not check them either before its callbacks.
  return { items: items as readonly StateEvent[], offset: to, upToDate, streamClosed: false }
}
