import type { OutboxMark, OutboxNews } from '../outbox/outbox.ts'
import { OFFSET_START, type Offset } from '../protocol/index.ts'
import type { Damage, Segment } from './segment.ts'

/** What the device knows of one stream; one record, moved only together with the segments it counts. */
export interface StreamRecord extends OutboxMark {
  readonly id: string
  readonly url: string
  /** By chance: another number is another store's record, or the same one's after it was wiped. */
  readonly born?: number
  /** The relay's name for this life of the URL; null where the relay gives none. */
  readonly incarnation: string | null
  /** Local count of lives: rises each time the log is dropped. Positions of another life are void. */
  readonly life: number
  /** The offset the log reaches. */
  readonly head: Offset
  /** Items of this life that the log has taken in. */
  readonly count: number
  /** Items before this ordinal are a checkpoint: only the last change per key is left of them. */
  readonly folded: number
  /** Segments before this ordinal are joined and packed, or are not to be. */
  readonly joined: number
  /** The next checkpoint is worth a try when `count` reaches this; 0 where none was tried. */
  readonly foldAt: number
  /** Rises with each rewrite; a position inside a checkpoint is void after it. */
  readonly revision: number
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
  /** By older format: entries of its outbox before this key are in this one. */
  readonly carried?: Readonly<Record<number, number>>
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
  | {
      readonly outcome: 'stored'
      readonly record: StreamRecord
      readonly settled: readonly string[]
      /** The outbox's counter, where it rose with this. */
      readonly outbox?: number
    }
  | { readonly outcome: 'already' | 'gap' | 'stranger'; readonly record: StreamRecord }

/** Where a reader of the log stands. */
export interface Position {
  readonly life: number
  readonly count: number
  readonly revision: number
}

/** In no log: what is read from here is read from its start, and begins with a reset. */
export const NOWHERE: Position = { life: -1, count: 0, revision: 0 }

export interface Slice {
  readonly record: StreamRecord
  /** The ordinal that was read from: the position's, or 0 where the position is void. */
  readonly from: number
  /** Contiguous and whole; the first may begin before `from`. */
  readonly segments: readonly Segment[]
  /** What follows them and cannot be read. */
  readonly damage: Damage | null
  /** The outbox at the same moment; absent where the reader knows it, or does not ask. */
  readonly outbox?: OutboxNews | undefined
}

/** Other segments for the same ordinals. */
export interface Rewrite {
  /** The record it was made from: nothing is done where it is of another life or revision by now. */
  readonly life: number
  readonly revision: number
  /** All segments that begin at an ordinal from `from` on and before `until` give way to `segments`. */
  readonly from: number
  readonly until: number
  readonly segments: readonly Segment[]
  /** Bytes of those that give way. */
  readonly freed: number
  /** What changes with it. */
  readonly marks: Partial<Pick<StreamRecord, 'folded' | 'joined' | 'foldAt'>>
}

/** The device's copy of streams. Failures reject with `storage` or `quota`. */
export interface Log {
  /** The record of a stream, made empty where there is none. */
  open(id: string, url: string): Promise<StreamRecord>
  /** Every stream this store has held. */
  all(): Promise<readonly StreamRecord[]>
  /** At most `limit` segments after `position`; the first may begin before it. `known`: for who follows the outbox too. */
  read(id: string, position: Position, limit: number, known?: OutboxMark): Promise<Slice>
  /** Compare-and-set on the head (invariant 2). */
  append(id: string, arrival: Arrival): Promise<AppendOutcome>
  /**
   * Forgets the log of life `life`, if that is still the life: head at the start, outbox and claim kept, slots counted
   * from 0 (invariant 10). Whether the claim is void is seen when the life of the next log is known (write protocol,
   * rule 4).
   */
  drop(id: string, life: number): Promise<StreamRecord>
  /** Compare-and-set on life and revision, in one transaction: the log is the old one or the new one. */
  rewrite(id: string, rewrite: Rewrite): Promise<{ readonly done: boolean; readonly record: StreamRecord }>
  /** Frees the log's space: as `drop`, but the stream's life on the relay goes on, and its name is kept. */
  evict(id: string, life: number): Promise<StreamRecord>
}

/** Where a read from `position` begins: at its ordinal, or anew at 0 where that says nothing about this log. */
export function startOf(record: StreamRecord, { life, count, revision }: Position): number {
  if (life !== record.life || count > record.count) return 0
  return count < record.folded && revision !== record.revision ? 0 : count
}

/** The record after a rewrite; undefined where the log has moved on since. */
export function rewritten(
  record: StreamRecord,
  { life, revision, segments, freed, marks }: Rewrite,
): StreamRecord | undefined {
  if (record.life !== life || record.revision !== revision) return undefined
  const more = segments.reduce((sum, { bytes }) => sum + bytes.byteLength, 0)
  return { ...record, ...marks, revision: revision + 1, bytes: Math.max(0, record.bytes - freed + more) }
}

const NOTHING: Omit<
  StreamRecord,
  'id' | 'url' | 'born' | 'life' | 'revision' | 'synced' | 'lastUsed' | 'nextEntry' | 'outbox'
> = {
  incarnation: null,
  head: OFFSET_START,
  count: 0,
  folded: 0,
  joined: 0,
  foldAt: 0,
  bytes: 0,
  closed: false,
  caughtUp: false,
}

export function emptyRecord(id: string, url: string, now: number): StreamRecord {
  return {
    id,
    url,
    born: Math.random(),
    ...NOTHING,
    life: 0,
    revision: 0,
    synced: false,
    lastUsed: now,
    nextEntry: 0,
    outbox: 0,
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
  const count = record.count + arrival.count
  const moved = {
    ...record,
    head: arrival.to,
    count,
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
    ...NOTHING,
    life: record.life + 1,
  }
}

/**
 * The record after its log was let go for its space. The incarnation stays: a claim is meant for it, and must be void
 * if the stream turns out to be in another life by then.
 */
export function evicted(record: StreamRecord): StreamRecord {
  return { ...emptied(record), incarnation: record.incarnation }
}
