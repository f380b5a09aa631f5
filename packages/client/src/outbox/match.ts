import { type StateItem, unsigned } from './echo.ts'
import type { PendingWrite } from './pending.ts'

/**
 * Says which writes have come back under another name: for streams whose items are written by a program that makes
 * ids of its own and passes no `txid` on. It is given what arrived without a `txid`, in order, and the writes that
 * were sent and are still waited for, in order; the `txid`s it answers with count as echoed. Pure.
 *
 * Such a program must have appended before it answers, up to the offset that its answer names: what an answer does not
 * bring into the log is sent again.
 */
export type EchoMatcher = (items: readonly StateItem[], waiting: readonly PendingWrite[]) => readonly string[]

/** The writes that came back without saying so, by `match`. Only what was sent comes back. */
export function namelessEchoes(
  items: readonly unknown[],
  pending: readonly PendingWrite[],
  match: EchoMatcher | undefined,
): readonly string[] {
  if (!match) return []
  const sent = pending.filter(({ state, attempts }) => attempts > 0 && state !== 'rejected')
  return sent.length > 0 ? match(unsigned(items), sent) : []
}

/** By type of item: the fields of its value that make two items the same thing said. Times are best left out. */
export type ContentFields = Readonly<Record<string, readonly string[]>>

/**
 * A matcher by key first, else by content, of the types in `fields` alone. Each arrival stands for one write at most
 * and the oldest comes first, so two equal messages stay two. A write of several items is echoed when all of them are.
 */
export function matchEchoes(fields: ContentFields): EchoMatcher {
  const sameContent = (mine: StateItem, theirs: StateItem) => {
    const names = fields[mine.type ?? '']
    return names?.every((name) => equal(fieldOf(mine, name), fieldOf(theirs, name))) ?? false
  }

  /** A key that was made here ties an insert; on a row of everybody's, the change must be the same as well. */
  const tied = (mine: StateItem, theirs: StateItem) =>
    mine.key === theirs.key && (operation(mine) !== 'update' || sameContent(mine, theirs))

  const alike = (mine: StateItem, theirs: StateItem) =>
    operation(mine) === 'insert' && sameContent(mine, theirs)

  return (items, waiting) => {
    const free = new Set(items)
    const echoed = new Set<string>()
    for (const same of [tied, alike]) {
      for (const { txid, items: mine } of waiting) {
        if (echoed.has(txid)) continue
        const taken = takeAll(mine, free, same)
        if (!taken) continue
        for (const item of taken) free.delete(item)
        echoed.add(txid)
      }
    }
    return waiting.map(({ txid }) => txid).filter((txid) => echoed.has(txid))
  }
}

/** One arrival for each of `mine`; undefined where one is missing. */
function takeAll(
  mine: readonly StateItem[],
  free: ReadonlySet<StateItem>,
  same: (mine: StateItem, theirs: StateItem) => boolean,
): readonly StateItem[] | undefined {
  const left = new Set(free)
  const taken: StateItem[] = []
  for (const item of mine) {
    const found = [...left].find(
      (other) => other.type === item.type && operation(other) === operation(item) && same(item, other),
    )
    if (!found) return undefined
    left.delete(found)
    taken.push(found)
  }
  return taken
}

/** A row that is new, one that changes, or one that goes. */
function operation({ headers }: StateItem): 'insert' | 'update' | 'delete' {
  const { operation: name } = headers
  return name === 'update' || name === 'delete' ? name : 'insert'
}

function fieldOf({ value }: StateItem, name: string): unknown {
  return isRecord(value) ? value[name] : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** Of values as JSON has them. */
function equal(a: unknown, b: unknown): boolean {
  if (!isRecord(a) || !isRecord(b)) return a === b
  const names = Object.keys(a)
  return (
    Array.isArray(a) === Array.isArray(b) &&
    names.length === Object.keys(b).length &&
    names.every((name) => name in b && equal(a[name], b[name]))
  )
}
