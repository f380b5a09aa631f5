import { bell } from '../bell.ts'
import { child, type Effects } from '../effects.ts'
import { asSyncError, SyncError, unreachable } from '../errors.ts'
import { type Locks, lead } from '../leader.ts'
import { runDrain } from '../outbox/drain.ts'
import { CLAIM_LIMITS, type Write } from '../outbox/outbox.ts'
import type { PendingWrite } from '../outbox/pending.ts'
import type { Presence } from '../presence.ts'
import { type Readable, writable } from '../readable.ts'
import { type Connection, type StreamStatus, sameStatus } from '../status.ts'
import type { Storage } from '../storage.ts'
import { runSync } from '../sync/loop.ts'
import { connectionOf } from '../sync/state.ts'
import { type Channels, joinTabs, type Sight, type TabMessage } from '../tabs.ts'
import type { Transport } from '../transport.ts'
import type { Observer } from './batch.ts'
import { drainPort } from './drain-port.ts'
import { type Mirror, openMirror } from './mirror.ts'
import { fromWire, toWire, type WireConnection } from './wire-connection.ts'

/** When a stream that does not exist is made: never, with the first write, or as soon as it is opened. */
export type CreatePolicy = 'never' | 'on-append' | 'on-open'

export interface SessionOptions {
  readonly url: string
  /** Names the lock and the channel together with the URL. */
  readonly database: string
  readonly create: CreatePolicy
  readonly storage: Promise<Storage>
  readonly transport: Transport
  readonly effects: Effects
  readonly presence: Presence
  readonly locks: Locks | undefined
  readonly channels: Channels | undefined
}

/** One stream in this tab, whatever the number of handles: a mirror, a place among the tabs, perhaps the lead. */
export interface Session {
  readonly status: Readable<StreamStatus>
  readonly pending: Readable<readonly PendingWrite[]>
  observe(observer: Observer, signal: AbortSignal): void
  append(write: Write): Promise<void>
  retryWrite(txid: string): Promise<boolean>
  discardWrite(txid: string): Promise<boolean>
  /** Looks at the relay again, now. */
  retry(): void
  /** Resolves when loops, channel and lock are gone. */
  close(): Promise<void>
}

/** Milliseconds between two questions to the leader, and how many may stay unanswered: 3 s to a take-over. */
const BEAT = 750
const PATIENCE = 4

/** Milliseconds after which the outbox is looked at without news: a tab may save its last write and be gone. */
const UNTOLD = 30_000

export function openSession(options: SessionOptions): Session {
  const { url, storage, effects, presence } = options
  const life = new AbortController()
  const { signal } = life
  const name = `strandline:${options.database}:${url}`
  const nudges = bell()
  const work = bell()
  const moved = bell()
  let hasWork = false
  let mirror: Mirror | undefined
  let leader = false
  let unanswered = 0
  let kind: Storage['kind'] = 'indexeddb'

  const connection = writable<Connection>({ state: 'loading' })
  const status = writable<StreamStatus>(
    { state: 'loading', storage: kind, leader, synced: false, pending: 0 },
    sameStatus,
  )
  const pending = writable<readonly PendingWrite[]>([])

  const publish = () => {
    if (!mirror) return
    pending.set(mirror.pending())
    status.set({
      ...connection.get(),
      storage: kind,
      leader,
      synced: mirror.record().synced,
      pending: mirror.pending().length,
    })
  }
  connection.subscribe(publish)

  const changed = () => {
    publish()
    moved.ring()
  }

  const wake = () => {
    hasWork = true
    work.ring()
    const now = connection.get()
    if (now.state === 'halted' && now.error.code === 'not-found') nudges.ring()
  }

  /** What the disk has is looked at again; a disk that fails now is asked again with the next news. */
  const look = async () => {
    await mirror?.refresh().catch(() => undefined)
  }

  const sight = (): Sight => {
    const { life: lived, count } = mirror?.record() ?? { life: 0, count: 0 }
    return { life: lived, count, entries: mirror?.pending().length ?? 0 }
  }

  const hear = (message: TabMessage<WireConnection>) => {
    switch (message.kind) {
      case 'moved':
        return void look()
      case 'written':
        return void look().then(wake)
      case 'status':
        unanswered = 0
        return leader ? undefined : connection.set(fromWire(message.status))
      case 'hello':
        if (!leader) return
        tabs.post({ kind: 'here', status: toWire(connection.get()), sight: sight() })
        return message.lastEntry > (mirror?.lastEntry() ?? -1) ? void look().then(wake) : undefined
      case 'here':
        unanswered = 0
        if (leader) return
        connection.set(fromWire(message.status))
        return JSON.stringify(message.sight) === JSON.stringify(sight()) ? undefined : void look()
      case 'retry':
        return leader ? nudges.ring() : undefined
      default:
        return unreachable(message)
    }
  }

  /** Asks the leader now and then whether it is there; ends when it has not answered for too long. */
  const overdue = async (until: AbortSignal) => {
    for (unanswered = 0; unanswered < PATIENCE && !until.aborted; unanswered += 1) {
      tabs.post({ kind: 'hello', lastEntry: mirror?.lastEntry() ?? -1 })
      await effects.sleep(BEAT, until)
    }
  }

  let tabs: ReturnType<typeof joinTabs<WireConnection>> = { post() {} }

  const say = (next: Connection) => {
    connection.set(next)
    tabs.post({ kind: 'status', status: toWire(next) })
  }

  const opening = (async () => {
    const store = await storage
    kind = store.kind
    mirror = await openMirror({ id: url, url, storage: store, effects, changed })
    if (kind === 'indexeddb' && options.channels) tabs = joinTabs(name, options.channels, hear, signal)
    publish()
    return { mirror, store }
  })()
  opening.catch((error: unknown) => say({ state: 'halted', error: asSyncError(error, 'storage') }))

  const body = async (term: AbortSignal) => {
    const { mirror, store } = await opening
    leader = true
    await look()
    publish()
    const { transport } = options
    const shore = {
      head: async () => {
        await mirror.refresh()
        return mirror.record().head
      },
      accept: async (page: Parameters<Mirror['accept']>[0], source: 'catch-up' | 'tail') => {
        const outcome = await mirror.accept(page, source)
        if (outcome === 'stored') tabs.post({ kind: 'moved' })
        return outcome
      },
      drop: async (trimmed: boolean) => {
        if (trimmed)
          await store.outbox.doubt(url, { code: 'trimmed', message: 'the history was trimmed past it' })
        await mirror.drop()
        tabs.post({ kind: 'moved' })
      },
      synced: () => mirror.record().synced,
      create: () =>
        options.create === 'on-open' || (options.create === 'on-append' && mirror.pending().length > 0),
    }
    const port = drainPort({
      id: url,
      mirror,
      outbox: store.outbox,
      limits: CLAIM_LIMITS,
      transport,
      shore,
      connection,
      effects,
      nudges,
      moved,
      idle: async (until) => {
        const over = child(until)
        if (!hasWork) await Promise.race([work.wait(over.signal), effects.sleep(UNTOLD, over.signal)])
        over.abort()
        hasWork = false
      },
      changed: () => tabs.post({ kind: 'moved' }),
    })
    await Promise.all([
      runSync(
        {
          transport,
          shore,
          effects,
          presence,
          nudge: nudges.wait,
          report: (state) => say(connectionOf(state)),
        },
        term,
      ),
      runDrain(port, { effects, presence }, term),
    ])
    leader = false
    publish()
  }

  let running: Promise<void> | undefined

  /** A stream that nobody reads or writes costs no request. */
  const run = () => {
    running ??= opening
      .then(() => {
        const alone = kind === 'memory' || !options.channels
        return lead({ name, locks: alone ? undefined : options.locks, overdue }, signal, body)
      })
      .catch((error: unknown) => say({ state: 'halted', error: asSyncError(error, 'storage') }))
  }

  const opened = async () => {
    if (signal.aborted) throw new SyncError('shut-down', 'the stream was closed')
    return opening
  }

  const poke = () => {
    tabs.post({ kind: 'written' })
    wake()
  }

  return {
    status,
    pending,
    observe(observer, until) {
      run()
      opened()
        .then(({ mirror }) => mirror.observe(observer, AbortSignal.any([until, signal])))
        .catch(() => undefined)
    },
    async append(write) {
      run()
      const { mirror } = await opened()
      await mirror.add(write)
      poke()
    },
    async retryWrite(txid) {
      const { mirror, store } = await opened()
      const found = await store.outbox.retry(url, txid)
      await mirror.refresh()
      poke()
      return found
    },
    async discardWrite(txid) {
      const { mirror, store } = await opened()
      const found = await store.outbox.discard(url, txid)
      await mirror.refresh()
      poke()
      return found
    },
    retry() {
      nudges.ring()
      tabs.post({ kind: 'retry' })
    },
    async close() {
      life.abort()
      connection.set({ state: 'closed' })
      await opening.catch(() => undefined)
      await running
    },
  }
}
