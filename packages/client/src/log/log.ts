import type { Offset } from '../protocol/index.ts'

/** What the device knows of one stream; one record, moved only together with the segments it counts. */
export interface StreamRecord {
  readonly id: string
  readonly url: string
  /** The relay's name for this life of the URL; null where the relay gives none. */
  readonly incarnation: string | null
  /** Local count of lives: rises each time the log is dropped. Positions of another life are void. */
  readonly life: number
  /** The offset the log reaches. */
  readonly head: Offset
  /** Items in the log, all of this life. */
  readonly count: number
  /** Bytes of the segments. */
  readonly bytes: number
  /** The stream takes no more items and the log holds all of them. */
  readonly closed: boolean
  /** The log has been at the relay's tail at least once in this life. */
  readonly caughtUp: boolean
  /** The same, in any life: the stream has been seen to exist. */
  readonly synced: boolean
  /** Milliseconds since the epoch. */
  readonly lastUsed: number
  /** The outbox's counter: the key of the next entry. */
  readonly nextEntry: number
}

/** Items that arrived together, as they came. */
export interface Segment {
  /** Ordinal of the first item in this life, from 0. */
  readonly n: number
  readonly from: Offset
  readonly to: Offset
  /** Items in `bytes`, at least 1. */
  readonly count: number
  /** A JSON array in UTF-8. */
  readonly bytes: Uint8Array
}

/** A read that is to become part of the log. */
export interface Arrival {
  readonly from: Offset
  readonly to: Offset
  /** A JSON array in UTF-8; ignored when `count` is 0. */
  readonly bytes: Uint8Array
  readonly count: number
  /** The last item of an entry carries the entry's `txid`: those in this arrival (see `outbox/echo.ts`). */
  readonly echoes: readonly string[]
  readonly incarnation: string | null
  readonly upToDate: boolean
  readonly closed: boolean
}

/**
 * `stored`: items and head moved together, entries of the outbox that `echoes` names are gone with the same
 * transaction. `already`: the log was past it. `gap`: the log does not reach `from`. `stranger`: another
 * incarnation. The last three change nothing.
 */
type AppendOutcome =
  | { readonly outcome: 'stored'; readonly record: StreamRecord; readonly settled: readonly string[] }
  | { readonly outcome: 'already' | 'gap' | 'stranger'; readonly record: StreamRecord }

/** Where a reader of the log stands. */
export interface Position {
  readonly life: number
  readonly count: number
}

interface Slice {
  readonly record: StreamRecord
  /** Contiguous from the position, or from the start where the position is of another life. */
  readonly segments: readonly Segment[]
}

/** The device's copy of streams. Failures reject with `storage` or `quota`. */
export interface Log {
  /** The record of a stream, made empty where there is none. */
  open(id: string, url: string): Promise<StreamRecord>
  /** Every stream this store has held. */
  all(): Promise<readonly StreamRecord[]>
  /** At most `limit` segments after `position`; the first may begin before it. */
  read(id: string, position: Position, limit: number): Promise<Slice>
  /** Compare-and-set on the head (invariant 2). */
  append(id: string, arrival: Arrival): Promise<AppendOutcome>
  /**
   * Forgets the log of life `life`, if that is still the life: head at the start, the claim void, the outbox
   * kept (invariant 10; write protocol, rule 4).
   */
  drop(id: string, life: number): Promise<StreamRecord>
}

export function emptyRecord(id: string, url: string, now: number): StreamRecord {
  return {
    id,
    url,
    incarnation: null,
    life: 0,
    head: '-1',
    count: 0,
    bytes: 0,
    closed: false,
    caughtUp: false,
    synced: false,
    lastUsed: now,
    nextEntry: 0,
  }
}

/** What an arrival does to a record: the whole of the compare-and-set, shared by the adapters. */
export function advance(
  record: StreamRecord,
  arrival: Arrival,
  compare: (a: Offset, b: Offset) => number,
): { outcome: 'stored'; record: StreamRecord } | { outcome: 'already' | 'gap' | 'stranger' } {
  if (
    record.incarnation !== null &&
    arrival.incarnation !== null &&
    record.incarnation !== arrival.incarnation
  )
    return { outcome: 'stranger' }
  const order = compare(record.head, arrival.to)
  if (order > 0) return { outcome: 'already' }
  if (order === 0) {
    const changes =
      (arrival.upToDate && !record.caughtUp) ||
      (arrival.closed && !record.closed) ||
      (arrival.incarnation !== null && record.incarnation === null)
    return changes ? { outcome: 'stored', record: marked(record, arrival) } : { outcome: 'already' }
  }
  if (record.head !== arrival.from) return { outcome: 'gap' }
  const moved = {
    ...record,
    head: arrival.to,
    count: record.count + arrival.count,
    bytes: record.bytes + (arrival.count > 0 ? arrival.bytes.byteLength : 0),
  }
  return { outcome: 'stored', record: marked(moved, arrival) }
}

function marked(record: StreamRecord, arrival: Arrival): StreamRecord {
  return {
    ...record,
    incarnation: record.incarnation ?? arrival.incarnation,
    caughtUp: record.caughtUp || arrival.upToDate,
    synced: record.synced || arrival.upToDate,
    closed: record.closed || arrival.closed,
  }
}

/** The record after its log was dropped. */
export function emptied(record: StreamRecord): StreamRecord {
  return {
    ...record,
    incarnation: null,
    life: record.life + 1,
    head: '-1',
    count: 0,
    bytes: 0,
    closed: false,
    caughtUp: false,
  }
}
