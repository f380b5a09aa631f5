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
  /** Its items: a JSON array in UTF-8, as it came from the relay where nothing was folded. */
  readonly bytes: Uint8Array
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

/** Segments that follow each other, none of a checkpoint, as one; their bytes are taken over as they are. */
export function joined(segments: readonly [Segment, ...Segment[]]): Segment {
  const [{ n, from }] = segments
  const inner = segments.map(({ bytes }) => bytes.subarray(bytes.indexOf(OPEN) + 1, bytes.lastIndexOf(CLOSE)))
  const bytes = new Uint8Array(inner.reduce((size, part) => size + part.byteLength + 1, 1))
  let at = 0
  for (const part of inner) {
    bytes[at] = at === 0 ? OPEN : COMMA
    bytes.set(part, at + 1)
    at += part.byteLength + 1
  }
  bytes[at] = CLOSE
  const count = segments.reduce((sum, segment) => sum + segment.count, 0)
  return sealed({ n, from, to: segments.at(-1)?.to ?? from, count, bytes })
}

const OPEN = 0x5b
const COMMA = 0x2c
const CLOSE = 0x5d
