import type { HeadersRecord } from '@durable-streams/client'
import { browserEffects, type Effects } from './effects.ts'
import { SyncError } from './errors.ts'
import { type StreamHandle, streamHandle } from './handle.ts'
import { heldOffsets } from './held-offsets.ts'
import type { Locks } from './leader.ts'
import type { EchoMatcher } from './outbox/match.ts'
import { isUnsent, type PendingWrite } from './outbox/pending.ts'
import { persistOnce } from './persist.ts'
import { browserPresence, type Presence } from './presence.ts'
import { type RoomyStorage, roomy } from './room.ts'
import { type Slots, tailSlots } from './slots.ts'
import { openStorage, type Storage, unsentStreams } from './storage.ts'
import { databaseName } from './store/database.ts'
import { type CreatePolicy, openSession, type Session } from './stream/session.ts'
import { TIDY_LIMITS, type TidyLimits } from './stream/tidy-limits.ts'
import { browserChannels, type Channels } from './tabs.ts'
import { httpTransport, type TailMode } from './transport.ts'
import { turnstile } from './turnstile.ts'

/** Streams that catch up at the same time. */
const READS = 2

/** Where a client keeps its data, and how it talks to relays. Everything has a default. */
export interface ClientOptions {
  /** Default: IndexedDB where it works, else memory; `status.storage` says which. */
  readonly storage?: 'indexeddb' | 'memory'
  /** Default `strandline`. An app puts its user's id in it, so that one user never sees another's data. */
  readonly database?: string
  /** Sent with every request; functions are asked afresh each time. */
  readonly headers?: HeadersRecord
  /** Makes every request. Default: the global one of the moment. */
  readonly fetch?: typeof fetch
  /** Clock, randomness and waiting, for tests. */
  readonly effects?: Partial<Effects>
  /** Default: `navigator.onLine` and the visibility of the page; a host without them is always present. */
  readonly presence?: Presence
  /** Default: `navigator.locks`. */
  readonly locks?: Locks
  /** When logs are joined and folded. */
  readonly tidy?: Partial<TidyLimits>
  /** Bytes that logs may take; beyond it, and where the disk is full, those not opened for longest go first. */
  readonly budget?: number
  /** Default true: with the first saved write the browser is asked not to clear this origin's storage. */
  readonly persist?: boolean
}

/** How one stream is opened. */
export interface StreamOptions {
  /**
   * When a stream that does not exist on the relay is made: `on-append` (default), with the first write;
   * `on-open`, before it is read for the first time, which needs the right to make it; `never`. One that was deleted after we had it is never made again by itself.
   */
  readonly create?: CreatePolicy
  /** How the tail is read. Default: `sse`, and `long-poll` where event streams do not get through. */
  readonly tail?: TailMode | undefined
  /** How writes are known that come back without their `txid`. Default: they are not. */
  readonly echo?: EchoMatcher | undefined
}

/** Log, outbox and sync of one user on this device. */
export interface Client {
  /**
   * A handle of the stream at `url`; relative to the page where there is one. Handles of one URL share one loop,
   * with the options of the first. Nothing is requested before it is read or written.
   */
  stream(url: string | URL, options?: StreamOptions): StreamHandle
  /**
   * Sends what waits in the outbox of any stream, also of those that nobody has open: what was written in a tunnel
   * goes out at its end, and what an earlier page left goes out from this one. Resolves when all such streams are
   * taken up; each is let go when it has nothing left to send. `optionsOf` says how each is opened: a stream whose
   * writes come back without their `txid` needs its `echo` here too. Rejects as `storage`, or `shut-down`.
   */
  resume(optionsOf?: (url: string) => StreamOptions): Promise<void>
  /** Ends every loop, lock, channel and the database handle. Idempotent. */
  close(): Promise<void>
  /** Log out: closes, wipes this database and returns what never left the device. */
  destroy(): Promise<{ readonly unsent: readonly PendingWrite[] }>
}

/**
 * Makes a client; nothing is opened or requested before one of its streams is used. An app has one, for as
 * long as a user is logged in.
 */
export function createClient(options: ClientOptions = {}): Client {
  const database = options.database ?? 'strandline'
  const fetchOption = options.fetch && { fetch: options.fetch }
  const effects = browserEffects({ ...fetchOption, ...options.effects })
  const locks = options.locks ?? globalThis.navigator?.locks
  return assembleClient({
    database,
    headers: options.headers ?? {},
    openStorage: () => openStorage(options.storage, database, effects.now, locks),
    effects,
    presence: options.presence ?? browserPresence(),
    locks,
    channels: browserChannels(),
    limits: { ...TIDY_LIMITS, ...options.tidy },
    slots: tailSlots(locks),
    budget: options.budget,
    saved: options.persist === false ? undefined : persistOnce(),
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
  readonly slots: Slots
  readonly limits?: TidyLimits
  readonly budget?: number | undefined
  /** After each write that was saved on disk. */
  readonly saved?: (() => void) | undefined
}

export function assembleClient(parts: ClientParts): Client {
  const { database, headers, effects, channels, limits = TIDY_LIMITS } = parts
  const turn = turnstile(READS)
  const sessions = new Map<string, { session: Session; handles: number }>()
  let storage: Promise<RoomyStorage> | undefined
  /** No stream is opened any more: what is saved while all is wiped would be lost unseen. */
  let over = false
  let closed: Promise<void> | undefined

  /** Other tabs of this user: one that logs out ends the others, before they could save anything again. */
  const joinFellows = () => channels?.(`strandline:${databaseName(database)}`)
  const fellows = joinFellows()
  if (fellows)
    fellows.onmessage = ({ data }) => {
      if (data === 'destroyed' && !over) void close()
    }

  const openRoomy = async () => {
    const opened = roomy(await parts.openStorage(), (id) => sessions.has(id))
    if (parts.budget !== undefined) void opened.trim(parts.budget).catch(() => undefined)
    return opened
  }

  const store = () => {
    if (storage) return storage
    const opening = openRoomy().catch((error: unknown) => {
      if (storage === opening) storage = undefined
      throw error
    })
    storage = opening
    return opening
  }

  const share = (
    url: string,
    { create = 'on-append', tail: mode, echo }: StreamOptions,
  ): { session: Session; release: () => Promise<void> } => {
    const known = sessions.get(url)
    const shared = known ?? {
      session: openSession({
        ...parts,
        url,
        create,
        echo,
        storage: store,
        transport: heldOffsets(httpTransport({ url, headers, effects, mode })),
        turn,
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
        await end(shared.session)
      },
    }
  }

  /** Sessions on their way out, which still save what was handed to them. */
  const ending = new Set<Promise<void>>()

  const end = async (session: Session) => {
    const ended = session.close()
    ending.add(ended)
    await ended.finally(() => ending.delete(ended))
  }

  const endSessions = async () => {
    const open = [...sessions.values()]
    sessions.clear()
    for (const { session } of open) void end(session)
    await Promise.all(ending)
  }

  /** Streams that are followed until they have nothing left to send, and how to let go of each. */
  const rests = new Map<string, () => void>()

  const sendRest = (url: string, options: StreamOptions) => {
    const { session, release } = share(url, options)
    const letGo = () => {
      stop()
      rests.delete(url)
      release().catch(() => undefined)
    }
    const look = () => {
      const { state } = session.status.get()
      if (state !== 'loading' && !session.pending.get().some(isUnsent)) letGo()
    }
    const stop = session.pending.subscribe(look)
    rests.set(url, letGo)
    session.start()
    look()
  }

  const mustBeOpen = () => {
    if (over) throw new SyncError('shut-down', 'the client was closed')
  }

  const close = async () => {
    over = true
    closed ??= (async () => {
      fellows?.close()
      await endSessions()
      const opened = await storage?.catch(() => undefined)
      opened?.close()
    })()
    await closed
  }

  return {
    stream(given, options = {}) {
      mustBeOpen()
      const url = absolute(given)
      // Whoever opens a stream says how: what was taken up without knowing it is taken up anew.
      const letGo = rests.get(url)
      letGo?.()
      const shared = share(url, options)
      if (letGo) sendRest(url, options)
      return streamHandle(url, shared, effects)
    },
    async resume(optionsOf = () => ({})) {
      mustBeOpen()
      for (const url of await unsentStreams(await store()))
        if (!over && !rests.has(url)) sendRest(url, optionsOf(url))
    },
    close,
    async destroy() {
      over = true
      const told = closed ? joinFellows() : fellows
      told?.postMessage('destroyed')
      await endSessions()
      try {
        const opened = await (closed ? parts.openStorage() : store())
        return { unsent: await opened.destroy() }
      } finally {
        told?.close()
        await close()
      }
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
