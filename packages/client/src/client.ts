import type { HeadersRecord } from '@durable-streams/client'
import { databaseName } from './db.ts'
import { browserEffects, type Effects } from './effects.ts'
import { SyncError } from './errors.ts'
import type { Locks } from './leader.ts'
import { commonTxid, type StateItem, stamp } from './outbox/echo.ts'
import type { PendingWrite } from './outbox/pending.ts'
import { browserPresence, type Presence } from './presence.ts'
import type { Readable } from './readable.ts'
import type { StreamStatus } from './status.ts'
import { openStorage, type Storage } from './storage.ts'
import type { Batch, Observer } from './stream/batch.ts'
import type { Folding } from './stream/folding.ts'
import { type CreatePolicy, openSession, type Session } from './stream/session.ts'
import { TIDY_LIMITS, type TidyLimits } from './stream/tidy-limits.ts'
import { checkTypes, onlyTypes } from './stream/types.ts'
import { browserChannels, type Channels } from './tabs.ts'
import { httpTransport, type TailMode } from './transport.ts'

/** Bytes of one write; more is refused before it is saved, as no relay would take it. */
const LARGEST_WRITE = 8 * 1024 * 1024 - 1024

export interface ClientOptions {
  /** Default: IndexedDB where it works, else memory; `status.storage` says which. */
  readonly storage?: 'indexeddb' | 'memory'
  /** Default `strandline`. An app puts its user's id in it, so that one user never sees another's data. */
  readonly database?: string
  /** Sent with every request; functions are asked afresh each time. */
  readonly headers?: HeadersRecord
  readonly fetch?: typeof fetch
  /** Clock, randomness and waiting, for tests. */
  readonly effects?: Partial<Effects>
  readonly presence?: Presence
  /** Default: `navigator.locks`. */
  readonly locks?: Locks
  /** When logs are joined and folded. */
  readonly tidy?: Partial<TidyLimits>
}

export interface StreamOptions {
  /**
   * When a stream that does not exist on the relay is made: `on-append` (default), with the first write;
   * `on-open`, before it is read for the first time, which needs the right to make it; `never`. One that was deleted after we had it is never made again by itself.
   */
  readonly create?: CreatePolicy
  /** How the tail is read. Default: `sse`, and `long-poll` where event streams do not get through. */
  readonly tail?: TailMode | undefined
}

export interface Client {
  /**
   * A handle of the stream at `url`; relative to the page where there is one. Handles of one URL share one loop,
   * with the options of the first. Nothing is requested before it is read or written.
   */
  stream(url: string | URL, options?: StreamOptions): StreamHandle
  /** Ends every loop, lock, channel and the database handle. Idempotent. */
  close(): Promise<void>
  /** Log out: closes, wipes this database and returns what never left the device. */
  destroy(): Promise<{ readonly unsent: readonly PendingWrite[] }>
}

export interface StreamHandle {
  readonly url: string
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

export interface ObserveOptions {
  readonly signal?: AbortSignal
  /**
   * Lets this device keep less than the whole history: makes a checkpoint of the beginning of the log, now and
   * then. It is made from one reader's point of view and read by all who have the stream open.
   */
  readonly folding?: () => Folding | Promise<Folding>
}

export interface SubscribeOptions {
  readonly signal?: AbortSignal
  readonly types?: readonly string[]
}

export function createClient(options: ClientOptions = {}): Client {
  const database = options.database ?? 'strandline'
  const fetchOption = options.fetch && { fetch: options.fetch }
  const effects = browserEffects({ ...fetchOption, ...options.effects })
  return assembleClient({
    database,
    headers: options.headers ?? {},
    openStorage: () => openStorage(options.storage, database, effects.now),
    effects,
    presence: options.presence ?? browserPresence(),
    locks: options.locks ?? globalThis.navigator?.locks,
    channels: browserChannels(),
    limits: { ...TIDY_LIMITS, ...options.tidy },
  })
}

/** What a client is made of; tests put their own parts in. */
export interface ClientParts {
  readonly database: string
  readonly headers: HeadersRecord
  readonly openStorage: () => Promise<Storage>
  readonly effects: Effects
  readonly presence: Presence
  readonly locks: Locks | undefined
  readonly channels: Channels | undefined
  readonly limits?: TidyLimits
}

export function assembleClient(parts: ClientParts): Client {
  const { database, headers, effects, presence, locks, channels, limits = TIDY_LIMITS } = parts
  const sessions = new Map<string, { session: Session; handles: number }>()
  let storage: Promise<Storage> | undefined
  let closed: Promise<void> | undefined

  /** Other tabs of this user: one that logs out ends the others, before they could save anything again. */
  const fellows = channels?.(`strandline:${databaseName(database)}`)
  if (fellows)
    fellows.onmessage = ({ data }) => {
      if (data === 'destroyed') void close()
    }

  const store = () => {
    if (storage) return storage
    const opening = parts.openStorage().catch((error: unknown) => {
      if (storage === opening) storage = undefined
      throw error
    })
    storage = opening
    return opening
  }

  const share = (
    url: string,
    create: CreatePolicy,
    mode?: TailMode,
  ): { session: Session; release: () => Promise<void> } => {
    const known = sessions.get(url)
    const shared = known ?? {
      session: openSession({
        url,
        database,
        create,
        storage: store,
        transport: httpTransport({ url, headers, effects, mode }),
        effects,
        presence,
        locks,
        channels,
        limits,
      }),
      handles: 0,
    }
    shared.handles += 1
    sessions.set(url, shared)
    return {
      session: shared.session,
      async release() {
        shared.handles -= 1
        if (shared.handles > 0) return
        if (sessions.get(url) === shared) sessions.delete(url)
        await shared.session.close()
      },
    }
  }

  const endSessions = async () => {
    const open = [...sessions.values()]
    sessions.clear()
    await Promise.all(open.map(({ session }) => session.close()))
  }

  const close = async () => {
    closed ??= (async () => {
      fellows?.close()
      await endSessions()
      const opened = await storage?.catch(() => undefined)
      opened?.close()
    })()
    await closed
  }

  return {
    stream(given, { create = 'on-append', tail } = {}) {
      if (closed) throw new SyncError('shut-down', 'the client was closed')
      const url = absolute(given)
      return streamHandle(url, share(url, create, tail), effects)
    },
    close,
    async destroy() {
      fellows?.postMessage('destroyed')
      await endSessions()
      const opened = await (closed ? parts.openStorage() : store())
      const unsent = await opened.destroy()
      await close()
      return { unsent }
    },
  }
}

function streamHandle(
  url: string,
  { session, release }: { session: Session; release: () => Promise<void> },
  effects: Effects,
): StreamHandle {
  const life = new AbortController()
  let released: Promise<void> | undefined

  const observe: StreamHandle['observe'] = (observer, { signal, folding } = {}) => {
    const stop = new AbortController()
    const signals = [life.signal, stop.signal, ...(signal ? [signal] : [])]
    session.observe(observer, AbortSignal.any(signals), folding)
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

/** The URL in full; a fragment never reaches a relay. */
function absolute(given: string | URL): string {
  try {
    const url = new URL(given, globalThis.location?.href)
    url.hash = ''
    return url.href
  } catch (cause) {
    throw new SyncError('invalid-argument', `not a stream URL: ${String(given)}`, { cause })
  }
}
