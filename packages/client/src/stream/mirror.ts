import type { Effects } from '../effects.ts'
import { SyncError } from '../errors.ts'
import { type Page, parseItems } from '../http/page.ts'
import type { Position, Segment, StreamRecord } from '../log/log.ts'
import { echoesOf } from '../outbox/echo.ts'
import type { Entry, EntryError, ProducerState, Write } from '../outbox/outbox.ts'
import { type PendingWrite, pendingViews } from '../outbox/pending.ts'
import { OFFSET_START } from '../protocol/index.ts'
import { contain } from '../readable.ts'
import type { Storage } from '../storage.ts'
import type { Batch, Observer } from './batch.ts'
import { serial } from './serial.ts'

/** Segments read at a time. */
const SLICE = 32

/** Milliseconds of handing over before input gets its turn. */
const TURN = 8

/**
 * What this tab knows of a stream: a follower of the disk. Everything that changes it runs in one queue, so that
 * observers see log and outbox in step, whoever wrote them.
 */
export interface Mirror {
  record(): StreamRecord
  pending(): readonly PendingWrite[]
  /** Key of the newest entry in the outbox, -1 where it is empty. */
  lastEntry(): number
  /** Whether the entry with this key is still to be sent. */
  waits(n: number): boolean
  /** Brings what the disk has that this tab has not seen. */
  refresh(): Promise<void>
  /**
   * Replays the log to `observer`, then everything that follows, until `signal` ends. Rejects where the disk
   * fails or holds what cannot be read; `again`: after such a failure, with a reset first.
   */
  observe(observer: Observer, signal: AbortSignal, again: boolean): Promise<void>
  /** Makes a page part of the log; rejects with `incarnation` where it is of another life. */
  accept(page: Page, source: 'catch-up' | 'tail'): Promise<'stored' | 'already' | 'gap'>
  /** Drops the log of the life this tab knows. */
  drop(): Promise<void>
  /** Saves writes; those asked for in one turn share a transaction. */
  add(write: Write): Promise<void>
  /** What is known of the claim under way. */
  news(answered: readonly number[], error: EntryError | undefined): void
}

export interface MirrorOptions {
  readonly id: string
  readonly url: string
  readonly storage: Storage
  readonly effects: Pick<Effects, 'now' | 'breathe'>
  /** After each change, before observers hear of it. */
  readonly changed: (mirror: Pick<Mirror, 'record' | 'pending'>) => void
}

export async function openMirror(options: MirrorOptions): Promise<Mirror> {
  const { id, url, storage, effects } = options
  const { log, outbox } = storage
  const exclusively = serial()
  const observers = new Set<Observer>()
  const view = pendingViews(url)

  let record = await log.open(id, url)
  let position: Position = { life: record.life, count: record.count }
  let entries: readonly Entry[] = []
  let producer: ProducerState | null = null
  let claimNews: { answered: ReadonlySet<number>; error: EntryError | undefined } = {
    answered: new Set(),
    error: undefined,
  }
  let pending: readonly PendingWrite[] = []

  const changed = () => options.changed({ record: () => record, pending: () => pending })

  const setEntries = (next: readonly Entry[]) => {
    entries = next
    pending = view(entries, producer, claimNews)
  }

  const emit = (batch: Batch | null) => {
    changed()
    const change = { batch, outbox: pending, replayed: true }
    for (const observer of [...observers]) contain(() => observer(change))
  }

  /** Entries and items are read in this order: an entry that is gone from the one is then in the other. */
  const catchDisk = async () => {
    const saved = await outbox.list(id)
    const echoed = new Set<string>()
    for await (const batch of batchesAfter(position, 'tab')) {
      for (const txid of echoesOf(batch.items)) echoed.add(txid)
      setEntries(entries.filter((entry) => !echoed.has(entry.txid)))
      emit(batch)
    }
    const before = pending
    producer = saved.producer
    setEntries(saved.entries.filter((entry) => !echoed.has(entry.txid)))
    if (pending !== before) emit(null)
  }

  /** What the disk has after `from`; moves the tab's own position along. */
  async function* batchesAfter(from: Position, source: Batch['source']): AsyncGenerator<Batch> {
    let at = from
    for (;;) {
      const slice = await log.read(id, at, SLICE)
      record = slice.record
      const reset = record.life !== at.life || record.count < at.count
      if (reset) at = { life: record.life, count: 0 }
      position = at
      if (reset) yield { ...emptyBatch(source), reset: true }
      for (const segment of slice.segments) {
        const batch = batchOf(segment, at.count, Number.POSITIVE_INFINITY, source)
        at = { life: at.life, count: segment.n + segment.count }
        position = at
        yield { ...batch, upToDate: at.count === record.count && record.caughtUp }
      }
      if (at.count >= record.count || slice.segments.length === 0) return
    }
  }

  /** Runs `job`; where the browser removed the database meanwhile, makes it anew with what still waits, and again. */
  const surviving = async <T>(job: () => Promise<T>): Promise<T> => {
    try {
      return await job()
    } catch (error) {
      if (!(error instanceof SyncError) || error.code !== 'vanished') throw error
      const waiting = entries.filter(({ status }) => status.state === 'saved')
      await log.open(id, url)
      await outbox.add(id, waiting)
      return job()
    }
  }

  /** The log up to where this tab stands, for one new observer. False where it was dropped on the way. */
  const replay = async (observer: Observer): Promise<boolean> => {
    let count = 0
    let turn = effects.now()
    while (count < position.count) {
      const slice = await log.read(id, { life: position.life, count }, SLICE)
      if (slice.record.life !== position.life || slice.segments.length === 0) return false
      for (const segment of slice.segments) {
        if (count >= position.count) break
        const batch = batchOf(segment, count, position.count, 'local')
        count = batch.first + batch.items.length
        contain(() => observer({ batch, outbox: pending, replayed: false }))
        if (effects.now() - turn > TURN) {
          await effects.breathe()
          turn = effects.now()
        }
      }
    }
    return true
  }

  let adding: { write: Write; resolve: () => void; reject: (error: unknown) => void }[] = []

  const saveAdded = async () => {
    const asked = adding
    adding = []
    try {
      const writes = asked.map(({ write }) => write)
      const results = await surviving(() => outbox.add(id, writes))
      const known = new Set(entries.map((entry) => entry.n))
      const added = results.filter(
        (result) => !(result instanceof SyncError) && !known.has(result.n),
      ) as Entry[]
      setEntries([...entries, ...added])
      emit(null)
      for (const [index, { resolve, reject }] of asked.entries()) {
        const result = results[index]
        if (result instanceof SyncError) reject(result)
        else resolve()
      }
    } catch (error) {
      for (const { reject } of asked) reject(error)
    }
  }

  const mirror: Mirror = {
    record: () => record,
    pending: () => pending,
    lastEntry: () => entries.at(-1)?.n ?? -1,
    waits: (n) => entries.some((entry) => entry.n === n && entry.status.state === 'saved'),
    refresh: () => exclusively(() => surviving(catchDisk)),

    observe: (observer, signal, again) =>
      exclusively(async () => {
        await surviving(catchDisk)
        const anew = { batch: { ...emptyBatch('local'), reset: true }, outbox: pending, replayed: false }
        if (again) contain(() => observer(anew))
        while (!signal.aborted && !(await replay(observer))) {
          await catchDisk()
          contain(() => observer(anew))
        }
        if (signal.aborted) return
        observers.add(observer)
        signal.addEventListener('abort', () => observers.delete(observer), { once: true })
        contain(() => observer({ batch: null, outbox: pending, replayed: true }))
      }),

    accept: (page, source) =>
      exclusively(async () => {
        const { from, to, items, bytes, upToDate, closed, incarnation } = page
        const echoes = echoesOf(items)
        const arrival = { from, to, bytes, count: items.length, echoes, incarnation, upToDate, closed }
        const result = await surviving(() => log.append(id, arrival))
        if (result.outcome === 'stranger')
          throw new SyncError('incarnation', 'the stream at this URL is in another life than the log')
        const first = result.record.count - items.length
        const contiguous = position.life === result.record.life && position.count === first
        if (result.outcome !== 'stored' || !contiguous) {
          await surviving(catchDisk)
          changed()
          return result.outcome
        }
        record = result.record
        position = { life: record.life, count: record.count }
        const settled = new Set(result.settled)
        if (settled.size > 0) setEntries(entries.filter((entry) => !settled.has(entry.txid)))
        emit({ items, first, from, to, source, upToDate, reset: false })
        return 'stored'
      }),

    drop: () =>
      exclusively(async () => {
        await log.drop(id, position.life)
        await catchDisk()
        changed()
      }),

    add: (write) =>
      new Promise((resolve, reject) => {
        adding.push({ write, resolve, reject })
        if (adding.length === 1) void exclusively(saveAdded)
      }),

    news(answered, error) {
      claimNews = { answered: new Set(answered), error }
      const before = pending
      setEntries(entries)
      if (pending !== before) emit(null)
    },
  }

  await mirror.refresh()
  changed()
  return mirror
}

function emptyBatch(source: Batch['source']): Batch {
  return { items: [], first: 0, from: OFFSET_START, to: OFFSET_START, source, upToDate: false, reset: false }
}

/** The items of a segment from ordinal `from` on and before `until`. */
function batchOf(segment: Segment, from: number, until: number, source: Batch['source']): Batch {
  const all = parseItems(segment.bytes)
  const items = all.slice(Math.max(0, from - segment.n), until - segment.n)
  const { n, to } = segment
  return { items, first: Math.max(n, from), from: segment.from, to, source, upToDate: false, reset: false }
}
