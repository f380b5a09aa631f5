import { crc32 } from 'node:zlib'
import type { Batch } from '../state.ts'

/**
 * Batches that follow one another are kept together, up to this many bytes or a single one that is larger:
 * one value for many small appends costs a fraction of a value for each.
 */
const SEGMENT_BYTES = 64 * 1024

export interface Segment {
  /** Where its first batch begins. */
  readonly at: number
  /** A checksum of the rest, how many batches, the length of each, and then their bytes. */
  readonly value: Buffer
}

/** `batches` follow one another without a gap. */
export function* packSegments(batches: readonly Batch[]): Generator<Segment> {
  let first = 0
  let size = 0
  for (const [i, { bytes }] of batches.entries()) {
    if (i > first && size + bytes.length > SEGMENT_BYTES) {
      yield pack(batches.slice(first, i), size)
      first = i
      size = 0
    }
    size += bytes.length
  }
  if (first < batches.length) yield pack(batches.slice(first), size)
}

function pack(batches: readonly Batch[], size: number): Segment {
  const value = Buffer.allocUnsafe(8 + 4 * batches.length + size)
  let at = value.writeUInt32LE(batches.length, 4)
  for (const { bytes } of batches) at = value.writeUInt32LE(bytes.length, at)
  for (const { bytes } of batches) {
    value.set(bytes, at)
    at += bytes.length
  }
  value.writeUInt32LE(crc32(value.subarray(4)), 0)
  return { at: batches[0]?.at ?? 0, value }
}

/** Throws when the segment is damaged. */
export function* unpackSegment({ at, value }: Segment): Generator<Batch> {
  if (crc32(value.subarray(4)) !== value.readUInt32LE(0)) throw new Error('a segment is damaged')
  const count = value.readUInt32LE(4)
  let from = 8 + 4 * count
  let position = at
  for (let i = 0; i < count; i++) {
    const length = value.readUInt32LE(8 + 4 * i)
    yield { at: position, bytes: value.subarray(from, from + length) }
    from += length
    position += length
  }
}
