import { crc32 } from 'node:zlib'
import type { ProducerState, StreamState } from '../state.ts'
import { Changes } from './changes.ts'

/**
 * A frame holds what one flush makes durable: a mark, a checksum over all that follows it, the length of the
 * rest, the frame's number, the length of a table in JSON, the table, and the bytes of its batches one after
 * another. The checksum starts from a number that only the store knows, so that no item can look like a frame.
 */
const MARK = 0x6c72_7473
const CHECKSUM_AT = 4
const LENGTH_AT = 8
const NUMBER_AT = 12
const TABLE_LENGTH_AT = 18
const HEADER = 22

interface Table {
  readonly states: readonly (readonly [path: string, state: StreamState | null])[]
  readonly batches: readonly (readonly [life: string, at: number, length: number])[]
  readonly producers: readonly (readonly [life: string, id: string, state: ProducerState])[]
  readonly ended: readonly string[]
}

export interface Frame {
  /** Counts up by one with each frame a store ever wrote. */
  readonly number: number
  readonly changes: Changes
  /** Position after it. */
  readonly end: number
}

export function encodeFrame(number: number, changes: Changes, salt: number): Buffer {
  const batches = [...changes.batches].flatMap(([life, list]) => list.map((batch) => ({ life, ...batch })))
  const table: Table = {
    states: [...changes.states].map(([path, state]) => [path, state ?? null]),
    batches: batches.map(({ at, bytes, life }) => [life, at, bytes.length]),
    producers: [...changes.producers].flatMap(([life, producers]) =>
      [...producers].map(([id, state]) => [life, id, state] as const),
    ),
    ended: [...changes.ended],
  }
  const json = Buffer.from(JSON.stringify(table))
  const size = batches.reduce((sum, { bytes }) => sum + bytes.length, HEADER + json.length)
  const frame = Buffer.allocUnsafe(size)
  frame.writeUInt32LE(MARK, 0)
  frame.writeUInt32LE(size - HEADER, LENGTH_AT)
  frame.writeUIntLE(number, NUMBER_AT, 6)
  frame.writeUInt32LE(json.length, TABLE_LENGTH_AT)
  frame.set(json, HEADER)
  let at = HEADER + json.length
  for (const { bytes } of batches) {
    frame.set(bytes, at)
    at += bytes.length
  }
  frame.writeUInt32LE(crc32(frame.subarray(LENGTH_AT), salt), CHECKSUM_AT)
  return frame
}

/** The frame that begins at `at`; undefined when there is none that is whole. */
export function decodeFrame(file: Buffer, at: number, salt: number): Frame | undefined {
  if (at + HEADER > file.length || file.readUInt32LE(at) !== MARK) return undefined
  const end = at + HEADER + file.readUInt32LE(at + LENGTH_AT)
  if (end > file.length) return undefined
  const checksum = crc32(file.subarray(at + LENGTH_AT, end), salt)
  if (checksum !== file.readUInt32LE(at + CHECKSUM_AT)) return undefined
  const bytesAt = at + HEADER + file.readUInt32LE(at + TABLE_LENGTH_AT)
  const table: Table = JSON.parse(file.toString('utf8', at + HEADER, bytesAt))
  return { number: file.readUIntLE(at + NUMBER_AT, 6), changes: changesOf(table, file, bytesAt), end }
}

function changesOf({ batches, ended, producers, states }: Table, file: Buffer, bytesAt: number): Changes {
  const changes = new Changes()
  for (const [path, state] of states) changes.states.set(path, state ?? undefined)
  let from = bytesAt
  for (const [life, at, length] of batches) {
    changes.putBatch(life, { at, bytes: file.subarray(from, from + length) })
    from += length
  }
  for (const [life, id, state] of producers) changes.putProducer(life, id, state)
  for (const life of ended) changes.end(life)
  return changes
}

/** Whether a whole frame numbered `number` or higher begins at `at` or later. */
export function hasFrameFrom(file: Buffer, at: number, number: number, salt: number): boolean {
  const mark = Buffer.alloc(4)
  mark.writeUInt32LE(MARK)
  for (let found = file.indexOf(mark, at); found >= 0; found = file.indexOf(mark, found + 1)) {
    if ((decodeFrame(file, found, salt)?.number ?? 0) >= number) return true
  }
  return false
}
