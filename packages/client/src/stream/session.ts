import { backoffDelay } from '../backoff.ts'
import { bell } from '../bell.ts'
import { child, type Effects } from '../effects.ts'
import { asSyncError, SyncError } from '../errors.ts'
import { type Locks, lead } from '../leader.ts'
import type { EchoMatcher } from '../outbox/match.ts'
import type { Outbox, Write } from '../outbox/outbox.ts'
import type { PendingWrite } from '../outbox/pending.ts'
import type { Presence } from '../presence.ts'
import { type Readable, writable } from '../readable.ts'
import type { Slots } from '../slots.ts'
import { type Connection, type StatusBase, type StreamStatus, sameStatus } from '../status.ts'
import type { Storage } from '../storage.ts'
import { databaseName } from '../store/database.ts'
import type { Channels } from '../tabs.ts'
import type { Transport } from '../transport.ts'
import type { Turnstile } from '../turnstile.ts'
import type { Observer } from './batch.ts'
import { joinFellows } from './fellows.ts'
import type { MakeFolding } from './folding.ts'
import { runLead } from './leading.ts'
import { openMirror } from './mirror.ts'
import type { Newest } from './newest.ts'
import type { TidyLimits } from './tidy-limits.ts'

/** When a stream that does not exist is made: never, with the first write, or as soon as it is opened. */
export type CreatePolicy = 'never' | 'on-append' | 'on-open'

export interface SessionOptions {
  readonly url: string
  /** Names the lock and the channel together with the URL. */
  readonly database: string
  readonly create: CreatePolicy
  readonly echo?: EchoMatcher | undefined
  readonly storage: () => Promise<Storage>
  readonly transport: Transport
  readonly effects: Effects
  readonly presence: Presence
  readonly slots: Slots
  readonly turn: Turnstile
  readonly locks: Locks | undefined
  readonly channels: Channels | undefined
  readonly limits: TidyLimits
  /** After each write that was saved on disk. */
  readonly saved?: (() => void) | undefined
}

/** One stream in this tab, whatever the number of handles: a mirror, a place among the tabs, perhaps the lead. */
export interface Session {
  readonly status: Readable<StreamStatus>
  readonly pending: Readable<readonly PendingWrite[]>
  observe(observer: Observer, signal: AbortSignal, folding?: MakeFolding, newest?: Newest): void
  append(write: Write): Promise<void>
  /** Begins to lead, or to follow who leads, as reading and writing do. */
  start(): void
  retryWrite(txid: string): Promise<boolean>
  discardWrite(txid: string): Promise<boolean>
  /** Looks at the relay again, now. */
  retry(): void
  /** Resolves when writes under way are saved, and loops, channel and lock are gone. */
  close(): Promise<void>
}

export function openSession(options: SessionOptions): Session {
  const { url, effects } = options
  const life = new AbortController()
  const { signal } = life
  const name = `strandline:${databaseName(options.database)}:${url}`
  const nudges = bell()
  const work = bell({ remembers: true })
  const moved = bell()
  const foldings = new Set<MakeFolding>()
  const connection = writable<Connection>({ state: 'loading' })
  let base: StatusBase = { storage: 'indexeddb', leader: false, synced: false, pending: 0 }
  const status = writable<StreamStatus>({ state: 'loading', ...base }, sameStatus)
  const pending = writable<readonly PendingWrite[]>([])

  const publish = (news: Partial<StatusBase> = {}) => {
    base = { ...base, ...news }
    status.set({ ...connection.get(), ...base })
  }
  connection.subscribe(() => publish())

  /** Does `work` until it succeeds or the session ends; in between the status says what keeps it. */
  const persist = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work()
      } catch (thrown) {
        if (signal.aborted) throw thrown
        const error = asSyncError(thrown, 'storage')
        const wait = backoffDelay(attempt, effects.random())
        const retryAt = effects.now() + wait
        connection.set({ state: 'waiting', reason: 'backoff', attempt, retryAt, error })
        const over = child(signal)
        await Promise.race([effects.sleep(wait, over.signal), nudges.wait(over.signal)])
        over.abort()
      }
    }
  }

  /** What arrives in memory no other tab can read, and where there is no channel none hears of it: each leads for itself. */
  const alone = () => base.storage === 'memory' || !options.channels

  const opening = persist(async () => {
    const store = await options.storage()
    publish({ storage: store.kind })
    let caughtUp = false
    const mirror = await openMirror({
      id: url,
      url,
      storage: store,
      effects,
      read: (from) => options.transport.read(from, signal),
      echo: options.echo,
      changed(view) {
        const record = view.record()
        // What waited for the log to be caught up may go now; a log that was let go under its tail is read again.
        if (caughtUp !== record.caughtUp) (caughtUp ? nudges : work).ring()
        caughtUp = record.caughtUp
        pending.set(view.pending())
        publish({ storage: store.kind, synced: record.synced, pending: view.pending().length })
        moved.ring()
      },
    })

    /** A write that waits for a stream which does not exist is reason enough to ask again. */
    const wake = () => {
      work.ring()
      const now = connection.get()
      if (now.state === 'halted' && now.error.code === 'not-found') nudges.ring()
      if (now.state === 'waiting' && now.reason === 'hidden') nudges.ring()
    }
    const leads = () => base.leader
    const fellows = joinFellows(
      { ...options, name, mirror, connection, leads, alone, wake, nudge: nudges.ring },
      signal,
    )
    const stop = store.moved?.subscribe(() => void mirror.refresh().catch(() => undefined))
    if (signal.aborted) stop?.()
    else if (stop) signal.addEventListener('abort', stop)
    return { store, mirror, fellows, wake }
  })
  opening.catch(() => undefined)

  const body = async (term: AbortSignal) => {
    const { store, mirror, fellows } = await opening
    publish({ leader: true })
    const create = () =>
      options.create === 'on-open' || (options.create === 'on-append' && mirror.pending().length > 0)
    const makeFirst = () => options.create === 'on-open' && !mirror.record().synced
    const say = (now: Connection) => {
      connection.set(now)
      if (!alone()) fellows.status(now)
    }
    const slot = options.slots(url, term)
    const folding = () => foldings.values().next().value
    const parts = { storage: store, mirror, slot, fellows, folding, create, makeFirst, say }
    try {
      await runLead({ ...options, ...parts, nudges, work, moved }, term)
    } finally {
      publish({ leader: false })
    }
  }

  let running: Promise<void> | undefined

  /** A stream that nobody reads or writes costs no request. */
  const run = () => {
    running ??= persist(async () => {
      const { fellows } = await opening
      while (!signal.aborted) {
        const own = alone()
        const term = child(signal)
        const stop = status.subscribe(() => {
          if (alone() !== own) term.abort()
        })
        try {
          const locks = own ? undefined : options.locks
          await lead({ name, locks, overdue: fellows.overdue }, term.signal, body)
        } finally {
          stop()
          term.abort()
        }
      }
    }).catch(() => undefined)
  }

  const opened = async () => {
    if (signal.aborted) throw new SyncError('shut-down', 'the stream was closed')
    return opening
  }

  /** A disk that fails, and a relay that is out of reach while the log is damaged, are asked again. */
  const attach = async (observer: Observer, until: AbortSignal, newest?: Newest) => {
    for (let attempt = 1; !until.aborted; attempt++) {
      try {
        const { mirror } = await opening
        return await mirror.observe(observer, until, attempt > 1, newest)
      } catch {
        await effects.sleep(backoffDelay(attempt, effects.random()), until)
      }
    }
  }

  /** Writes under way. */
  const saving = new Set<Promise<void>>()

  const save = async (write: Write) => {
    const { store, mirror, fellows, wake } = await opened()
    await mirror.add(write)
    if (store.kind === 'indexeddb') options.saved?.()
    fellows.written()
    wake()
  }

  const changeOutbox = async (change: (outbox: Outbox) => Promise<boolean>): Promise<boolean> => {
    const { store, mirror, fellows, wake } = await opened()
    const changed = await change(store.outbox)
    await mirror.refresh()
    fellows.written()
    wake()
    return changed
  }

  return {
    status,
    pending,
    observe(observer, until, folding, newest) {
      run()
      if (folding) {
        foldings.add(folding)
        until.addEventListener('abort', () => foldings.delete(folding))
      }
      void attach(observer, AbortSignal.any([until, signal]), newest)
    },
    start: run,
    async append(write) {
      run()
      const saved = save(write)
      saving.add(saved)
      await saved.finally(() => saving.delete(saved))
    },
    retryWrite: (txid) => changeOutbox((outbox) => outbox.retry(url, txid)),
    discardWrite: (txid) => changeOutbox((outbox) => outbox.discard(url, txid)),
    retry() {
      nudges.ring()
      opening.then(({ fellows }) => fellows.retry()).catch(() => undefined)
    },
    async close() {
      life.abort()
      connection.set({ state: 'closed' })
      await Promise.allSettled([...saving, running])
      await opening.then(({ mirror }) => mirror.shown()).catch(() => undefined)
    },
  }
}
