import type { StateItem } from '@strandline/client'
import { type InferOutput, minValue, object, pipe, safeParse, string } from 'valibot'
import { natural } from './numbers.ts'

/** A file that came along with a message; its bytes are a stream of their own, at `attachmentPath`. */
export const attachmentRef = object({
  id: string(),
  name: string(),
  /** A media type, as its sender's device named it: not to be trusted. */
  mime: string(),
  /** Bytes. */
  size: natural,
})

/** One piece of the bytes; the item's key is `n`. */
const chunkRow = object({
  /** Its place, from 0. */
  n: natural,
  /** How many pieces there are, at least 1. */
  of: pipe(natural, minValue(1)),
  /** Base64. */
  data: string(),
})

export type Attachment = InferOutput<typeof attachmentRef>

/** Bytes of one piece: below what any proxy takes in one request, and several of them make one append. */
export const CHUNK = 96 * 1024
/** Bytes of one attachment, and how many go with one message. */
export const ATTACHMENT_LIMIT = 8 * 1024 * 1024
export const ATTACHMENTS_LIMIT = 6

export type Received =
  /** Not all of it has arrived. `share` is from 0 to below 1. */
  | { readonly state: 'partial'; readonly share: number }
  | { readonly state: 'whole'; readonly bytes: Uint8Array<ArrayBuffer> }

/** How many pieces so many bytes are; an empty file is one. */
export function chunksOf(size: number): number {
  return Math.max(1, Math.ceil(size / CHUNK))
}

/** The pieces of a file, in order; each is a write of its own, so that progress is what the relay has acknowledged. */
export function* attachmentItems(bytes: Uint8Array): Generator<StateItem> {
  const of = chunksOf(bytes.byteLength)
  for (let n = 0; n < of; n += 1) {
    const data = toBase64(bytes.subarray(n * CHUNK, (n + 1) * CHUNK))
    yield { type: 'chunk', key: String(n), value: { n, of, data }, headers: { operation: 'insert' } }
  }
}

/** Puts pieces together, in whatever order and however often they come; what is no piece is passed over. */
export function receiveAttachment(size: number): (items: Iterable<unknown>) => Received {
  const pieces = new Map<number, Uint8Array>()
  const of = chunksOf(size)
  return (items) => {
    for (const item of items) {
      const piece = pieceOf(item)
      if (piece?.of === of && piece.n < of && !pieces.has(piece.n)) pieces.set(piece.n, piece.bytes)
    }
    if (pieces.size < of) return { state: 'partial', share: pieces.size / of }
    return { state: 'whole', bytes: joined(pieces, size) }
  }
}

function pieceOf(item: unknown) {
  const { type, value } = Object(item) as { readonly type?: unknown; readonly value?: unknown }
  const parsed = type === 'chunk' ? safeParse(chunkRow, value) : undefined
  if (!parsed?.success) return undefined
  const { n, of, data } = parsed.output
  const bytes = fromBase64(data)
  return bytes && { n, of, bytes }
}

function joined(pieces: ReadonlyMap<number, Uint8Array>, size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size)
  for (const [n, piece] of pieces) whole.set(piece.subarray(0, Math.max(0, size - n * CHUNK)), n * CHUNK)
  return whole
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(text)
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    const letters = atob(text)
    const bytes = new Uint8Array(letters.length)
    for (let at = 0; at < letters.length; at += 1) bytes[at] = letters.charCodeAt(at)
    return bytes
  } catch {
    return undefined
  }
}
