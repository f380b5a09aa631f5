import type { Effects } from '../effects.ts'
import { SyncError } from '../errors.ts'
import type { Page } from '../http/page.ts'
import { NOWHERE, type StreamRecord } from '../log/log.ts'
import { echoesOf } from '../outbox/echo.ts'
import { type EchoMatcher, namelessEchoes } from '../outbox/match.ts'
import type { EntryError, KnownOutbox, Write } from '../outbox/outbox.ts'
import type { PendingWrite } from '../outbox/pending.ts'
import { contain } from '../readable.ts'
import { serial } from '../serial.ts'
import type { Storage } from '../storage.ts'
import type { Batch, Observer } from './batch.ts'
import { emptyBatch, stepsOf } from './cut.ts'
import { gathered } from './gathered.ts'
import { heldOutbox, withNews } from './held-outbox.ts'
import { endOfLog, type Newest } from './newest.ts'
import { endOf, logReader, type ReaderOptions, turns } from './reader.ts'

/** Times that one job may find damage, or another store. */
const MENDS = 5
const LOSSES = 2

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
   * fails or holds what cannot be read; `again`: after such a failure, with a reset first, else after `newest`.
   */
  observe(observer: Observer, signal: AbortSignal, again: boolean, newest?: Newest): Promise<void>
  /**
   * Makes a page part of the log; rejects with `incarnation` where it is of another life. Where the log is read for the
   * first time, a page before the last one may be shown after that; all that comes later waits for it.
   */
  accept(page: Page, source: 'catch-up' | 'tail'): Promise<'stored' | 'already' | 'gap'>
  /** Drops the log of the life this tab knows. */
  drop(): Promise<void>
  /** Saves writes; those asked for in one turn share a transaction. */
  add(write: Write): Promise<void>
  /** What is known of the claim under way. */
  news(answered: readonly number[], error: EntryError | undefined): void
  /** Resolves when what was accepted has been shown. */
  shown(): Promise<void>
}

export interface MirrorOptions extends Pick<ReaderOptions, 'id' | 'read'> {
  readonly url: string
  readonly storage: Storage
  readonly effects: Pick<Effects, 'now' | 'breathe' | 'uuid'>
  readonly echo?: EchoMatcher | undefined
  /** After each change, before observers hear of it. */
  readonly changed: (mirror: Pick<Mirror, 'record' | 'pending'>) => void
}

export async function openMirror(options: MirrorOptions): Promise<Mirror> {
  const { id, url, storage, effects } = options
  const { log, outbox } = storage
  const queue = serial()
  const observers = new Set<Observer>()
  const held = heldOutbox(url)
  const reader = logReader({ id, log, read: options.read })

  /** The last page of a first read, on its way to the observers while the next one is stored; never rejects. */
  let showing = Promise.resolve()
  const exclusively = <T>(job: () => Promise<T>) => queue(() => showing.then(job))

  let record = await log.open(id, url)
  let position = endOf(record)
  /** What `record.synced` was ever seen to be: the record itself may vanish. */
  let synced = record.synced
  let rebuilding = false
  let told = true

  const changed = () => options.changed({ record: () => record, pending: () => held.pending })

  const whole = () => {
    synced ||= record.synced
    return !rebuilding && (record.caughtUp || !synced)
  }

  const say = (hearers: Iterable<Observer>, batch: Batch | null, replayed: boolean) => {
    const change = { batch, replayed, outbox: held.pending, whole: whole() }
    for (const observer of hearers) contain(() => observer(change))
  }

  const emit = (batch: Batch | null) => {
    changed()
    told = whole()
    say(observers, batch, true)
  }

  const show = async (batch: Batch) => {
    try {
      const turn = turns(effects)
      for (const step of stepsOf(batch)) {
        emit(step)
        await turn()
      }
    } catch {
      // What of the page was not shown is read from the disk, with all the rest.
      position = NOWHERE
    }
  }

  /** Entries are of the same moment as the items, or of an earlier one: what is gone from them is in the items. */
  const catchDisk = async () => {
    const echoed = new Set<string>()
    const turn = turns(effects)
    const { mark, entries, producer } = held
    let read: KnownOutbox = { mark, entries, producer }
    for await (const step of reader.after(position, Number.POSITIVE_INFINITY, 'tab', mark)) {
      theSame(step.record)
      record = step.record
      position = step.position
      const { batch, outbox: news } = step
      if (news) read = withNews(read, news)
      if (!batch) continue
      for (const txid of echoesOf(batch.items)) echoed.add(txid)
      held.settle(echoed)
      rebuilding ||= batch.reset
      emit(batch)
      await turn()
    }
    rebuilding = false
    const before = held.pending
    held.hold(read, echoed)
    if (held.pending !== before || told !== whole()) emit(null)
  }

  /** The store may be another one than before: wiped and made anew by another tab, or memory for a disk that failed. */
  const theSame = ({ born }: StreamRecord) => {
    if (born !== record.born) throw new SyncError('vanished', 'the store is another one')
  }

  /** Runs `job`; where what this tab knew is not in the store any more, brings back what waits, and again. */
  const surviving = async <T>(job: () => Promise<T>): Promise<T> => {
    for (let lost = 0; ; lost++) {
      try {
        return await job()
      } catch (error) {
        if (!(error instanceof SyncError) || error.code !== 'vanished' || lost === LOSSES) throw error
        record = await log.open(id, url)
        position = NOWHERE
        held.forget()
        await outbox.adopt(id, held.entries, held.producer, 'lost')
      }
    }
  }

  /** Runs `job` in the queue; where it finds damage, has that mended, outside the queue, and runs it again. */
  const mending = async <T>(job: () => Promise<T>): Promise<T> => {
    for (let mends = 0; ; mends++) {
      try {
        return await exclusively(() => surviving(job))
      } catch (error) {
        const mendable = error instanceof SyncError && error.code === 'damaged' && mends < MENDS
        if (!mendable || !(await reader.mend())) throw error
      }
    }
  }

  /** The log up to where this tab stands, for one new observer. False where it was dropped or folded on the way. */
  const replay = async (observer: Observer): Promise<boolean> => {
    const turn = turns(effects)
    const stand = position
    for await (const step of reader.after({ ...stand, count: 0 }, stand.count, 'local')) {
      if (step.record.life !== stand.life || step.position.count > stand.count) return false
      if (step.batch?.reset) return false
      if (step.batch) say([observer], step.batch, false)
      await turn()
      // What is written meanwhile is not kept waiting for all of it.
      await save.now()
      if (position.life !== stand.life || position.count !== stand.count) return false
    }
    return true
  }

  const save = gathered(exclusively, async (writes: readonly Write[]) => {
    // The first write of all makes a producer, which only the disk knows then.
    if (!held.producer && held.entries.length > 0) await surviving(catchDisk).catch(() => undefined)
    const results = await surviving(() => {
      const { mark, entries, producer } = held
      return outbox.add(id, writes, effects.uuid, { born: record.born, mark, entries, producer })
    })
    held.saved(results)
    emit(null)
    return results
  })

  /** A look at the disk that has not begun: it will do for everyone who asks until then. */
  let looking: Promise<void> | undefined

  const mirror: Mirror = {
    record: () => record,
    pending: () => held.pending,
    lastEntry: () => held.entries.at(-1)?.n ?? -1,
    waits: (n) => held.entries.some((entry) => entry.n === n && entry.status.state === 'saved'),
    refresh() {
      looking ??= mending(() => {
        looking = undefined
        return catchDisk()
      })
      return looking
    },

    async observe(observer, signal, again, newest) {
      let begun = again
      const wanted = newest && !again && !signal.aborted ? newest.count() : 0
      if (newest && wanted > 0) {
        const end = await mending(() => endOfLog(reader, position, wanted))
        // Between two turns: everyone else goes on while this one shows what it was given.
        if (end.length > 0 && !signal.aborted) await newest.show(end, held.pending)
      }
      return mending(async () => {
        do {
          await catchDisk()
          if (begun) say([observer], { ...emptyBatch('local'), reset: true }, false)
          begun = true
        } while (!signal.aborted && !(await replay(observer)))
        if (signal.aborted) return
        observers.add(observer)
        signal.addEventListener('abort', () => observers.delete(observer))
        say([observer], null, true)
      })
    },

    accept: (page, source) =>
      queue(async () => {
        const { items, ...arrived } = page
        const { from, to, upToDate } = page
        // Until the log was read in this life, all that comes is older than what waits.
        const nameless = record.caughtUp ? namelessEchoes(items, held.pending, options.echo) : []
        const echoes = [...echoesOf(items), ...nameless]
        const arrival = { ...arrived, count: items.length, echoes }
        const result = await surviving(async () => {
          const appended = await log.append(id, arrival)
          theSame(appended.record)
          return appended
        })
        await showing
        if (result.outcome === 'stranger')
          throw new SyncError('incarnation', 'the stream is in another life than the log')
        const first = result.record.count - items.length
        const contiguous = position.life === result.record.life && position.count === first
        if (result.outcome !== 'stored' || !contiguous) {
          await surviving(catchDisk)
          changed()
          return result.outcome
        }
        const seen = record.caughtUp
        record = result.record
        position = endOf(record)
        const settled = new Set(result.settled)
        if (settled.size > 0) {
          if (result.outbox !== undefined) held.counted(result.outbox)
          held.settle(settled)
        }
        const batch = { items, first, end: record.count, from, to, source, upToDate, reset: false }
        // What came together is seen together, as are an entry that leaves the outbox and its echo; a log that is read
        // for the first time is not seen before its end, and is long.
        if (seen || settled.size > 0) emit(batch)
        else showing = show(batch)
        if (upToDate) await showing
        return 'stored'
      }),

    drop: () =>
      exclusively(async () => {
        await log.drop(id, position.life)
        await catchDisk()
      }),

    add: save,

    news(answered, error) {
      const before = held.pending
      held.claim(answered, error)
      if (held.pending !== before) emit(null)
    },

    shown: () => showing,
  }

  await mirror.refresh()
  changed()
  return mirror
}
