import type { StateItem } from './echo.ts'
import type { Entry, EntryError, ProducerState } from './outbox.ts'

/** A write made here that the log does not hold yet, as people and apps see it. */
export interface PendingWrite {
  /** Its name, unique; its items carry it in their headers, and its echo is known by it. */
  readonly txid: string
  /** URL of its stream. */
  readonly stream: string
  /**
   * `saved`: on this device. `sending`: in an append that is under way or not answered. `sent`: the relay has
   * it, the log does not yet. `rejected`: refused for good. `uncertain`: its answer can no longer be known.
   */
  readonly state: 'saved' | 'sending' | 'sent' | 'rejected' | 'uncertain'
  /** Appends it has been frozen into. */
  readonly attempts: number
  /** Why it was refused, or what keeps it waiting. */
  readonly error?: EntryError
  /** The rows that it changes; an item without `type` or `key` is not among them. */
  readonly keys: readonly { readonly type: string; readonly key: string }[]
  /** Its items as they are sent. */
  readonly items: readonly StateItem[]
}

/** It goes out by itself: no person has to decide about it. */
export function isUnsent({ state }: Pick<PendingWrite, 'state'>): boolean {
  return state !== 'rejected' && state !== 'uncertain'
}

/** What is known in this tab of the claim that is under way. */
export interface ClaimNews {
  /** Keys of the entries that were answered with a 2xx. */
  readonly answered: ReadonlySet<number>
  /** What keeps the claim waiting. */
  readonly error: EntryError | undefined
}

/** Makes views of entries; the same view as before where nothing changed, the same array where none did. */
export function pendingViews(stream: string) {
  let known = new Map<number, PendingWrite>()
  let views: readonly PendingWrite[] = []
  /** What they were made of: under the same claim and the same news, the same entry looks the same. */
  let seen: readonly Entry[] = []
  let under: ProducerState | null | undefined
  let told: ClaimNews | undefined
  let claimed: ReadonlySet<number> = new Set()

  const viewOf = (entry: Entry, state: State): PendingWrite => {
    const { txid, attempts } = entry
    const old = known.get(entry.n)
    // Another store may have another entry under this number.
    const before = old?.txid === txid ? old : undefined
    if (before && sameState(before, state) && before.attempts === attempts) return before
    const { items, keys } = before ?? contentOf(entry)
    const view = { txid, stream, attempts, keys, items, ...state }
    known.set(entry.n, view)
    return view
  }

  return (
    entries: readonly Entry[],
    producer: ProducerState | null,
    news: ClaimNews,
  ): readonly PendingWrite[] => {
    const sameClaim = producer === under && news === told
    if (!sameClaim) claimed = new Set(producer?.claim?.entries)
    const viewAt = (entry: Entry, at: number) =>
      (sameClaim && entry === seen[at] && views[at]) || viewOf(entry, stateOf(entry, claimed, news))
    const next = entries.map(viewAt)
    seen = entries
    under = producer
    told = news
    if (next.length < known.size) known = new Map(entries.map(({ n }, at) => [n, next[at] as PendingWrite]))
    const same = next.length === views.length && next.every((view, index) => view === views[index])
    if (!same) views = next
    return views
  }
}

function contentOf(entry: Entry): Pick<PendingWrite, 'items' | 'keys'> {
  const items = entry.items.map((item) => JSON.parse(item) as StateItem)
  const keys = items.flatMap(({ type, key }) =>
    typeof type === 'string' && typeof key === 'string' ? [{ type, key }] : [],
  )
  return { items, keys }
}

type State = Pick<PendingWrite, 'state' | 'error'>

const SAVED: State = { state: 'saved' }

function stateOf({ n, status }: Entry, claimed: ReadonlySet<number>, news: ClaimNews): State {
  if (status.state !== 'saved') return { state: status.state, error: status.error }
  if (!claimed.has(n)) return SAVED
  if (news.answered.has(n)) return { state: 'sent' }
  return { state: 'sending', ...(news.error && { error: news.error }) }
}

function sameState(a: State, b: State): boolean {
  return a.state === b.state && a.error?.message === b.error?.message
}
