import { OFFSET_START, type Offset } from '../protocol/index.ts'
import { checksum } from './checksum.ts'

/** A stretch of the log. */
export interface Segment {
  /** Ordinal of the first item in this life, from 0. */
  readonly n: number
  readonly from: Offset
  readonly to: Offset
  /** Ordinals it covers, at least 1. */
  readonly count: number
  /** Its items: a JSON array in UTF-8, as it came from the relay; or packed. */
  readonly bytes: Uint8Array
  /** They are kept by field, as `packed` makes them. */
  readonly packed?: true
  /** Over `bytes`, and `places` and `memo` where they are there. */
  readonly sum: number
  /** Of a checkpoint: the ordinal of each item that is left. */
  readonly places?: Uint32Array
  /** Of the last segment of a checkpoint: what its maker wants to know of the items that are gone. */
  readonly memo?: Uint8Array
}

/** Ordinals that the disk should hold and does not, with the offsets around them. */
export interface Damage {
  readonly n: number
  readonly count: number
  readonly from: Offset
  readonly to: Offset
}

export function sealed(segment: Omit<Segment, 'sum'>): Segment {
  return { ...segment, sum: sumOf(segment) }
}

function sumOf({ bytes, places, memo }: Omit<Segment, 'sum'>): number {
  const parts = [bytes, places && new Uint8Array(places.buffer, places.byteOffset, places.byteLength), memo]
  return parts.reduce((sum, part) => (part ? (sum ^ checksum(part)) >>> 0 : sum), 0)
}

function sound(segment: Segment): boolean {
  // Not by its class: a page that is made up (jsdom) has a Uint8Array of its own beside the host’s.
  return ArrayBuffer.isView(segment.bytes) && segment.count > 0 && sumOf(segment) === segment.sum
}

export interface Expected {
  /** The ordinal that is read from. */
  readonly from: number
  /** Ordinals in the log. */
  readonly count: number
  /** The offset that the log reaches. */
  readonly head: Offset
  /** Segments asked for. */
  readonly limit: number
}

/**
 * What can be relied on of the `rows` that a read from ordinal `from` found: contiguous and whole, up to the first
 * damage. The first row may begin before `from`, or end there.
 */
export function inspect(
  rows: readonly Segment[],
  { from, count, head, limit }: Expected,
): { readonly segments: readonly Segment[]; readonly damage: Damage | null } {
  const segments: Segment[] = []
  let at = from
  let offset: Offset = OFFSET_START
  for (const row of rows) {
    if (row.n + row.count <= from) {
      offset = row.to
      continue
    }
    if (segments.length === limit) return { segments, damage: null }
    if (row.n > at) return { segments, damage: { n: at, count: row.n - at, from: offset, to: row.from } }
    if (!sound(row)) {
      const { n, count: covered, from: before, to } = row
      return { segments, damage: { n, count: covered, from: before, to } }
    }
    segments.push(row)
    at = row.n + row.count
    offset = row.to
  }
  const missing = at < count && segments.length < limit
  return { segments, damage: missing ? { n: at, count: count - at, from: offset, to: head } : null }
}
