import {
  type Readable,
  type StreamChange,
  type StreamHandle,
  type StreamStatus,
  SyncError,
  writable,
} from '@strandline/client'
import { frames } from './frames.ts'
import { complete, type Opening, opens } from './opening.ts'
import type { View } from './view.ts'

/** Rows that go to the collections at a time before they may be read: input gets its turn in between. */
const SLICE = 1_000

/** Brings what a stream's handle says into a view, at the right moment. */
export interface Follow {
  readonly status: Readable<StreamStatus>
  /** The handle; opened, and followed, from the first call on. Throws `shut-down` after `close`. */
  handle(): StreamHandle
  /**
   * `local`: what is on disk is shown, even if that is nothing. `open`: rows may be read. `live`: they are all
   * the relay has; rejects where that cannot be. Rejects as `shut-down` with `close`.
   */
  until(goal: Goal): Promise<void>
  /** What the handle has said is visible, even where rows are not to be read yet. Never rejects. */
  caughtUp(): Promise<void>
  close(): Promise<void>
}

export function follow(open: () => StreamHandle, view: View): Follow {
  const life = new AbortController()
  const status = writable<StreamStatus>(BEFORE, sameStatus)
  const waits = new Set<Wait>()
  const frame = frames(() => flush())
  let handle: StreamHandle | undefined
  let queue: StreamChange[] = []
  let soon: ReturnType<typeof setTimeout> | undefined
  let opening: Omit<Opening, 'status'> = { replayed: false, enough: false }
  let ready = false

  const reached: Record<Wait['goal'], () => boolean | SyncError> = {
    replayed: () => opening.replayed,
    local: () => ready,
    open: () => ready,
    live: () => complete({ ...opening, status: status.get() }),
  }

  const flush = () => {
    frame.cancel()
    const changes = queue
    queue = []
    for (const change of changes) view.apply(change)
    if (ready) view.show()
    else if (view.waiting >= SLICE) view.show(true)
  }

  const settle = () => {
    if (life.signal.aborted) return
    flush()
    if (!ready && opens({ ...opening, status: status.get() })) {
      ready = true
      view.show(true)
      view.markReady()
    }
    for (const wait of waits) {
      const verdict = reached[wait.goal]()
      if (verdict === false) continue
      waits.delete(wait)
      if (verdict === true) wait.resolve()
      else wait.reject(verdict)
    }
  }

  const observer = (change: StreamChange) => {
    if (life.signal.aborted) return
    queue.push(change)
    const { batch, replayed, outbox } = change
    const first = replayed && !opening.replayed
    if (!opening.replayed) {
      const found = outbox.length > 0 || (batch?.items.length ?? 0) > 0
      opening = { replayed, enough: opening.enough || found }
    }
    if (first || !batch) settle()
    else if (ready) frame.request()
    else flush()
  }

  const start = (): StreamHandle => {
    if (life.signal.aborted) throw shutDown()
    if (handle) return handle
    const opened = open()
    handle = opened
    // The status runs ahead of the observer by one step: it is looked at when both have heard.
    const hear = () => {
      status.set(opened.status.get())
      clearTimeout(soon)
      soon = setTimeout(settle)
    }
    const unsubscribe = opened.status.subscribe(hear)
    life.signal.addEventListener('abort', unsubscribe)
    hear()
    const folding = view.folding && { folding: view.folding }
    opened.observe(observer, { signal: life.signal, ...folding })
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
    handle: start,
    async until(goal) {
      start()
      if (goal === 'local') opening = { ...opening, enough: true }
      await wait(goal)
    },
    async caughtUp() {
      await wait('replayed').catch(() => undefined)
      flush()
      if (!ready) view.show(true)
    },
    async close() {
      if (life.signal.aborted) return
      flush()
      life.abort()
      frame.cancel()
      clearTimeout(soon)
      status.set({ ...base(status.get()), state: 'closed' })
      for (const { reject } of waits) reject(shutDown())
      waits.clear()
      await handle?.close()
    },
  }
}

type Goal = 'local' | 'open' | 'live'

interface Wait {
  readonly goal: Goal | 'replayed'
  readonly resolve: () => void
  readonly reject: (error: SyncError) => void
}

const BEFORE: StreamStatus = {
  state: 'loading',
  storage: 'indexeddb',
  leader: false,
  synced: false,
  pending: 0,
}

function sameStatus(a: StreamStatus, b: StreamStatus): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function base({ storage, leader, synced, pending }: StreamStatus) {
  return { storage, leader, synced, pending }
}

function shutDown(): SyncError {
  return new SyncError('shut-down', 'the database was closed')
}
