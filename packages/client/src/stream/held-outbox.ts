import { SyncError } from '../errors.ts'
import type { Entry, EntryError, KnownOutbox, OutboxMark, OutboxNews } from '../outbox/outbox.ts'
import { type ClaimNews, type PendingWrite, pendingViews } from '../outbox/pending.ts'

/** What one tab knows of the outbox of a stream, and how that looks. */
export interface HeldOutbox extends KnownOutbox {
  /** The same array as before where nothing looks different. */
  readonly pending: readonly PendingWrite[]
  /** As it was read from disk, but for the writes that have `echoed` since. */
  hold(read: KnownOutbox, echoed: ReadonlySet<string>): void
  /** These writes are done. */
  settle(txids: ReadonlySet<string>): void
  /** The disk's counter rose by what is known here. */
  counted(outbox: number): void
  /** What `Outbox.add` answered. */
  saved(results: readonly (Entry | SyncError)[]): void
  /** What is known of the claim under way. */
  claim(answered: readonly number[], error: EntryError | undefined): void
  /** The store is another one: all of it is to be read. */
  forget(): void
}

/** Of an outbox, before it is read. */
const NOTHING: OutboxMark = { nextEntry: 0, outbox: -1 }

export function heldOutbox(url: string): HeldOutbox {
  const view = pendingViews(url)
  let known: KnownOutbox = { mark: NOTHING, entries: [], producer: null }
  let news: ClaimNews = { answered: new Set(), error: undefined }
  let pending: readonly PendingWrite[] = []

  const become = (next: Partial<typeof known>) => {
    known = { ...known, ...next }
    pending = view(known.entries, known.producer, news)
  }
  const without = (entries: readonly Entry[], txids: ReadonlySet<string>) =>
    entries.filter(({ txid }) => !txids.has(txid))

  return {
    get mark() {
      return known.mark
    },
    get entries() {
      return known.entries
    },
    get producer() {
      return known.producer
    },
    get pending() {
      return pending
    },
    hold: (read, echoed) => become({ ...read, entries: without(read.entries, echoed) }),
    settle: (txids) => become({ entries: without(known.entries, txids) }),
    counted(outbox) {
      if (outbox === known.mark.outbox + 1) known = { ...known, mark: { ...known.mark, outbox } }
    },
    saved(results) {
      const entries = [...known.entries]
      let { mark } = known
      for (const result of results) {
        // Looked for from the end: what is new is last, however many wait.
        if (result instanceof SyncError || entries.findLast(({ n }) => n <= result.n)?.n === result.n)
          continue
        entries.push(result)
        // What other tabs have saved in between is read with the next look at the disk.
        if (result.n === mark.nextEntry) mark = { ...mark, nextEntry: result.n + 1 }
      }
      become({ entries, mark })
    },
    claim(answered, error) {
      news = { answered: new Set(answered), error }
      become({})
    },
    forget() {
      known = { ...known, mark: NOTHING }
    },
  }
}

/** What is known with `news` on top. */
export function withNews(
  { entries }: Pick<KnownOutbox, 'entries'>,
  { mark, from, entries: more, producer }: OutboxNews,
): KnownOutbox {
  return { mark, entries: [...entries.filter(({ n }) => n < from), ...more], producer }
}
