import { bell } from '../bell.ts'
import { child, type Effects } from '../effects.ts'
import { asSyncError, SyncError } from '../errors.ts'
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
import { joinTabs, type TabMessage } from '../tabs.ts'
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

export function openSession(options: SessionOptions): Session {
  const { url, storage, effects, presence } = options
  const life = new AbortController()
  const { signal } = life
  const nudges = bell()
  const work = bell()
  const moved = bell()
  let hasWork = false
  let mirror: Mirror | undefined
  let leader = false
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

  const hear = (message: TabMessage<WireConnection>) => {
    switch (message.kind) {
      case 'log':
        return void mirror?.refresh()
      case 'outbox':
        return void mirror?.refresh().then(wake)
      case 'status':
        return leader ? undefined : connection.set(fromWire(message.status))
      case 'hello':
        return leader ? tabs.post({ kind: 'status', status: toWire(connection.get()) }) : undefined
      case 'retry':
        return leader ? nudges.ring() : undefined
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
    if (kind === 'indexeddb') tabs = joinTabs(`strandline:${options.database}:${url}`, hear, signal)
    publish()
    return { mirror, store }
  })()
  opening.catch((error: unknown) => say({ state: 'halted', error: asSyncError(error, 'storage') }))

  const body = async () => {
    const { mirror, store } = await opening
    const inner = child(signal)
    leader = true
    await mirror.refresh()
    publish()
    const { transport } = options
    const shore = {
      head: async () => {
        await mirror.refresh()
        return mirror.record().head
      },
      accept: async (page: Parameters<Mirror['accept']>[0], source: 'catch-up' | 'tail') => {
        const outcome = await mirror.accept(page, source)
        if (outcome === 'stored') tabs.post({ kind: 'log' })
        return outcome
      },
      drop: async (trimmed: boolean) => {
        if (trimmed)
          await store.outbox.doubt(url, { code: 'trimmed', message: 'the history was trimmed past it' })
        await mirror.drop()
        tabs.post({ kind: 'log' })
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
        if (!hasWork) await work.wait(until)
        hasWork = false
      },
      changed: () => tabs.post({ kind: 'log' }),
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
        inner.signal,
      ),
      runDrain(port, { effects, presence }, inner.signal),
    ])
    leader = false
    inner.abort()
  }

  let running: Promise<void> | undefined

  /** A stream that nobody reads or writes costs no request. */
  const run = () => {
    running ??= opening
      .then(() => {
        const alone = kind === 'memory' || typeof BroadcastChannel === 'undefined'
        tabs.post({ kind: 'hello' })
        return lead(`strandline:${options.database}:${url}`, alone ? undefined : options.locks, signal, body)
      })
      .catch((error: unknown) => say({ state: 'halted', error: asSyncError(error, 'storage') }))
  }

  const opened = async () => {
    if (signal.aborted) throw new SyncError('shut-down', 'the stream was closed')
    return opening
  }

  const poke = () => {
    tabs.post({ kind: 'outbox' })
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
