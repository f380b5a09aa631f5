import {
  type Batch,
  type PendingWrite,
  type Readable,
  type StateItem,
  type StreamChange,
  type StreamHandle,
  type StreamStatus,
  SyncError,
  writable,
} from '@strandline/client'
import { frames } from './frames.ts'
import type { Issue } from './issue.ts'
import { complete, type Opening, opens, UNOPENED } from './opening.ts'
import { rendered } from './rendered.ts'
import type { View } from './view.ts'

/** Rows that go to the collections at a time before they may be read: input gets its turn in between. */
const SLICE = 1_000

/** Items at the end of the log that are looked at before all of it is read, for who asked for the newest rows. */
const NEWEST = 500

/** Brings what a stream's handle says into a view, at the right moment. */
export interface Follow {
  readonly status: Readable<StreamStatus>
  /** Another handle of the stream, and what ends with this database. Throws `shut-down` after `close`. */
  another(): { readonly handle: StreamHandle; readonly signal: AbortSignal }
  /** The handle; opened, and followed, from the first call on. Throws `shut-down` after `close`. */
  handle(): StreamHandle
  /**
   * `newest`: as `open`, or before that the last rows on disk are shown, and the others are still to come. `local`:
   * what is on disk is shown, even if that is nothing. `open`: rows may be read. `live`: they are all the relay has;
   * rejects where that cannot be. Rejects as `shut-down` with `close`.
   */
  until(goal: Goal): Promise<void>
  /** Saves a write, and resolves when it is visible, even where rows are not to be read yet. Rejects as `append` does. */
  save(items: readonly StateItem[], txid: string): Promise<void>
  close(): Promise<void>
}

export interface FollowOptions {
  readonly open: () => StreamHandle
  readonly view: View
  /** False: lets go of the stream at its tail, until there is something to send. */
  readonly live: boolean
}

export function follow({ open, view, live }: FollowOptions): Follow {
  const life = new AbortController()
  const status = writable(UNOPENED, sameStatus)
  const waits = new Set<Wait>()
  /** Writes made here before all that is on disk was handed over; `heard` once the handle tells of one. */
  const own = new Map<string, { heard?: () => void }>()
  /** Writes under way, and those that were when all could be read: TanStack keeps what is committed until then (T1). */
  const saving = new Set<object>()
  let awaited: Set<object> | undefined
  let outbox: readonly PendingWrite[] = []
  const frame = frames(() => settle())
  let handle: StreamHandle | undefined
  /** Ends what hears of the handle. */
  let hold = new AbortController()
  let queue: StreamChange[] = []
  let soon: ReturnType<typeof setTimeout> | undefined
  let opening: Omit<Opening, 'status'> = { replayed: false, enough: false, whole: true }
  let foreshown = false
  let ready = false
  let rested = false

  const reached: Record<Wait['goal'], () => boolean | SyncError> = {
    newest: () => foreshown || ready,
    local: () => ready,
    open: () => ready,
    live: () => (ready || !awaited) && complete({ ...opening, status: status.get() }),
  }

  const flush = () => {
    frame.cancel()
    const last = queue.at(-1)
    if (ready && !opening.whole) {
      // A log that is read anew replaces what is shown in one step, when it is whole; writes are shown meanwhile.
      if (last) view.apply({ ...last, batch: null })
    } else {
      const changes = queue
      queue = []
      for (const change of changes) view.apply(change)
    }
    tell()
    if (ready && opening.replayed) view.show()
    else if (ready) return
    else if (view.waiting >= SLICE) view.show(true)
  }

  const tell = () => {
    if (handle) status.set(haltedBy(view.stopped, handle.status.get()))
  }

  /** The write is in what was heard, or would be: rows that may be read are replaced when all is. */
  const tells = (txid: string) => opening.replayed || (!ready && outbox.some((write) => write.txid === txid))

  const settle = () => {
    if (life.signal.aborted) return
    flush()
    if (!ready && opens({ ...opening, status: status.get() })) {
      awaited ??= new Set(saving)
      view.show(true)
      ready = awaited.size === 0
      if (ready) view.markReady()
    }
    for (const wait of waits) {
      const verdict = reached[wait.goal]()
      if (verdict === false) continue
      waits.delete(wait)
      if (verdict === true) wait.resolve()
      else wait.reject(verdict)
    }
    if (!live && ready && !view.unsent && reached.live() === true) rest()
  }

  const later = () => {
    clearTimeout(soon)
    if (life.signal.aborted) return
    soon = setTimeout(() => {
      // By now TanStack has let go of what it kept for those that are saved.
      for (const write of awaited ?? []) if (!saving.has(write)) awaited?.delete(write)
      settle()
    })
  }

  const release = async () => {
    frame.cancel()
    clearTimeout(soon)
    hold.abort()
    status.set({ ...base(status.get()), state: 'closed', leader: false })
    const released = handle
    handle = undefined
    await released?.close()
  }

  const rest = () => {
    rested = true
    release().catch(() => undefined)
  }

  const observer = (change: StreamChange) => {
    if (life.signal.aborted) return
    // Taken up again, the log is read from its start.
    const anew = rested && !opening.replayed && change.batch
    rested &&= !anew
    queue.push(anew ? { ...change, batch: { ...anew, reset: true } } : change)
    const { batch, replayed, whole } = change
    const isNews = (replayed && !opening.replayed) || (whole && !opening.whole)
    opening = { ...opening, whole }
    if (!opening.replayed) {
      // What was written here since says nothing of what the device had.
      const found = change.outbox.some(({ txid }) => !own.has(txid)) || (batch?.items.length ?? 0) > 0
      opening = { whole, replayed, enough: opening.enough || found }
    }
    outbox = change.outbox
    for (const [txid, { heard }] of own) if (tells(txid)) heard?.()
    if (replayed) own.clear()
    if (isNews || !batch) settle()
    else if (ready) frame.request(batch.reset)
    else flush()
  }

  const newest = {
    count: () => ([...waits].some(({ goal }) => goal === 'newest') ? NEWEST : 0),
    async show(batches: readonly Batch[], waiting: readonly PendingWrite[]) {
      if (life.signal.aborted) return
      view.foreshow(batches, waiting)
      foreshown = true
      settle()
      // Making all other rows leaves little time for rendering these.
      await rendered(life.signal)
    },
  }

  const start = (): StreamHandle => {
    if (life.signal.aborted) throw shutDown()
    if (handle) return handle
    const opened = open()
    handle = opened
    hold = new AbortController()
    if (rested) opening = { replayed: false, enough: true, whole: true }
    // The status runs ahead of the observer by one step: it is looked at when both have heard.
    const hear = () => {
      tell()
      later()
    }
    const unsubscribe = opened.status.subscribe(hear)
    hold.signal.addEventListener('abort', unsubscribe)
    hear()
    const folding = view.folding && { folding: view.folding }
    opened.observe(observer, { signal: hold.signal, newest, ...folding })
    return opened
  }

  const wait = (goal: Wait['goal']) => {
    return new Promise<void>((resolve, reject) => {
      if (life.signal.aborted) return reject(shutDown())
      waits.add({ goal, resolve, reject })
      settle()
    })
  }

  return {
    status,
    another() {
      if (life.signal.aborted) throw shutDown()
      return { handle: open(), signal: life.signal }
    },
    handle: start,
    async until(goal) {
      if (rested) return
      start()
      if (goal === 'local') opening = { ...opening, enough: true }
      await wait(goal)
    },
    async save(items, txid) {
      const handle = start()
      const write: { heard?: () => void } = {}
      if (!opening.replayed) own.set(txid, write)
      saving.add(write)
      try {
        await handle.append(items, { txid })
        if (!tells(txid) && !life.signal.aborted)
          await new Promise<void>((heard) => {
            write.heard = heard
          })
        flush()
        if (!ready) view.show(true)
      } finally {
        saving.delete(write)
        if (!ready) later()
      }
    },
    async close() {
      if (life.signal.aborted) return
      flush()
      life.abort()
      for (const { reject } of waits) reject(shutDown())
      waits.clear()
      for (const { heard } of own.values()) heard?.()
      await release()
    },
  }
}

type Goal = 'newest' | 'local' | 'open' | 'live'

interface Wait {
  readonly goal: Goal
  readonly resolve: () => void
  readonly reject: (error: SyncError) => void
}

function sameStatus(a: StreamStatus, b: StreamStatus): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function base({ storage, leader, synced, pending }: StreamStatus) {
  return { storage, leader, synced, pending }
}

/** What stops the rows stops the stream, as far as an app can see. */
function haltedBy(issue: Issue | undefined, status: StreamStatus): StreamStatus {
  if (!issue) return status
  return { ...base(status), state: 'halted', error: new SyncError('invalid-item', issue.message) }
}

function shutDown(): SyncError {
  return new SyncError('shut-down', 'the database was closed')
}
