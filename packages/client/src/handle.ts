import type { Effects } from './effects.ts'
import { SyncError } from './errors.ts'
import { commonTxid, type StateItem, stamp } from './outbox/echo.ts'
import type { PendingWrite } from './outbox/pending.ts'
import type { Readable } from './readable.ts'
import type { StreamStatus } from './status.ts'
import type { Batch, Observer } from './stream/batch.ts'
import type { Folding } from './stream/folding.ts'
import type { Newest } from './stream/newest.ts'
import type { Session } from './stream/session.ts'
import { checkTypes, onlyTypes } from './stream/types.ts'

/** Bytes of one write; more is refused before it is saved, as no relay would take it. */
const LARGEST_WRITE = 8 * 1024 * 1024 - 1024

/** One stream, to read and to append to. */
export interface StreamHandle {
  /** Absolute, also where it was asked for relative to the page. */
  readonly url: string
  /** Where the stream stands on this device. */
  readonly status: Readable<StreamStatus>
  /** The outbox of this stream, in order. */
  readonly outbox: Readable<readonly PendingWrite[]>
  /**
   * First what is on disk, then everything that follows. `types`: only items of these types; undefined is all,
   * `[]` is none and costs nothing. Returns the way to stop. Throws `invalid-argument` for other `types`.
   */
  subscribe(onBatch: (batch: Batch) => void, options?: SubscribeOptions): () => void
  /** As `subscribe`, with the outbox in step: what a projection needs. */
  observe(observer: Observer, options?: ObserveOptions): () => void
  /**
   * Saves a write and resolves when it is on disk (invariant 3); it is sent by itself. All its items travel in
   * one append, stamped with `txid`: the one given, the one they carry, or a new one. Rejects, with nothing
   * saved, as `invalid-item`, `invalid-argument`, `too-large`, `quota`, `storage` or `shut-down`.
   */
  append(items: readonly StateItem[], options?: { readonly txid?: string }): Promise<{ txid: string }>
  /** Without `txid`: asks the relay again now. With it: a rejected or uncertain write is to be sent again. */
  retry(txid?: string): Promise<boolean>
  /** Removes a rejected or uncertain write, or one that was never sent. False where there is none such. */
  discard(txid: string): Promise<boolean>
  /** Lets go of the stream; the loop ends with its last handle. Idempotent. */
  close(): Promise<void>
}

/** Until when to observe, what of it first, and how to make a checkpoint. */
export interface ObserveOptions {
  /** Ends it, as the returned function does. */
  readonly signal?: AbortSignal
  /**
   * Lets this device keep less than the whole history: makes a checkpoint of the beginning of the log, now and
   * then. It is made from one reader's point of view and read by all who have the stream open.
   */
  readonly folding?: () => Folding | Promise<Folding>
  /** Gives the end of the log before all of it is replayed. */
  readonly newest?: Newest
}

/** Until when to subscribe, and to what. */
export interface SubscribeOptions {
  /** Ends it, as the returned function does. */
  readonly signal?: AbortSignal
  /** Of items that are wanted; all where it is left out. */
  readonly types?: readonly string[]
}

export function streamHandle(
  url: string,
  { session, release }: { session: Session; release: () => Promise<void> },
  effects: Effects,
): StreamHandle {
  const life = new AbortController()
  let released: Promise<void> | undefined

  const observe: StreamHandle['observe'] = (observer, { signal, folding, newest } = {}) => {
    const stop = new AbortController()
    const signals = [life.signal, stop.signal, ...(signal ? [signal] : [])]
    session.observe(observer, AbortSignal.any(signals), folding, newest)
    return () => stop.abort()
  }

  return {
    url,
    status: session.status,
    outbox: session.pending,
    observe,
    subscribe(onBatch, { types, signal } = {}) {
      checkTypes(types)
      if (types?.length === 0) return () => undefined
      const wanted = onlyTypes(types)
      return observe(({ batch }) => {
        const part = batch && wanted(batch)
        if (part) onBatch(part)
      }, signal && { signal })
    },
    async append(items, { txid = commonTxid(items) ?? effects.uuid() } = {}) {
      if (life.signal.aborted) throw new SyncError('shut-down', 'the handle was closed')
      if (txid === '') throw new SyncError('invalid-argument', 'a txid is a non-empty string')
      const texts = stamp(items, txid)
      const bytes = texts.reduce((sum, text) => sum + new TextEncoder().encode(text).byteLength + 1, 2)
      if (bytes > LARGEST_WRITE)
        throw new SyncError('too-large', `the write has ${bytes} bytes, the limit is ${LARGEST_WRITE}`)
      await session.append({ txid, items: texts })
      return { txid }
    },
    async retry(txid) {
      if (txid !== undefined) return session.retryWrite(txid)
      session.retry()
      return true
    },
    discard: (txid) => session.discardWrite(txid),
    async close() {
      life.abort()
      released ??= release()
      await released
    },
  }
}
