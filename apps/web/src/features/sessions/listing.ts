import { type Activity, isActive, type ReadMark, type Session } from '@strandline/chat'

/** One session as the list shows it. */
export interface Listing {
  readonly session: Session
  /** In the list that all share; false where only this device still knows it. */
  readonly shared: boolean
  /** When something last happened in it (ms), as far as this device knows. */
  readonly lastAt: number
  readonly unread: boolean
  /** An agent is at work in it. */
  readonly active: boolean
}

export interface ListingParts {
  readonly sessions: readonly Session[]
  /** Those that were opened or made on this device. */
  readonly known: readonly Session[]
  readonly activity: ReadonlyMap<string, Activity>
  /** The reader's own, by session. */
  readonly marks: ReadonlyMap<string, ReadMark>
  readonly me: { readonly id: string; readonly since: number }
  readonly now: number
}

/**
 * Every session there is, latest first. One that the shared list has lost, as it was made again, stays as long as
 * this device knows it.
 */
export function listings(parts: ListingParts): readonly Listing[] {
  const ids = new Set(parts.sessions.map(({ id }) => id))
  const lost = parts.known.filter(({ id }) => !ids.has(id))
  return [
    ...parts.sessions.map((session) => listing(session, true, parts)),
    ...lost.map((session) => listing(session, false, parts)),
  ].sort(latestFirst)
}

function listing(session: Session, shared: boolean, { activity, marks, me, now }: ListingParts): Listing {
  const doing = activity.get(session.id)
  const said = session.lastAt ?? 0
  const lastAt = Math.max(session.createdAt, said, doing?.at ?? 0)
  const others = Math.max(session.lastBy === me.id ? 0 : said, doing?.at ?? 0)
  const read = Math.max(marks.get(session.id)?.at ?? 0, me.since)
  return {
    session,
    shared,
    lastAt,
    unread: others > read,
    active: doing !== undefined && isActive(doing, now),
  }
}

/** The key decides between equals, so that every tab shows one order. */
function latestFirst(a: Listing, b: Listing): number {
  const [left, right] = [a.session.id, b.session.id]
  return b.lastAt - a.lastAt || (left < right ? -1 : Number(left > right))
}
