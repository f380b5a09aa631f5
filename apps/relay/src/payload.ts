import { type Refusal, refuse } from './refusal.ts'

/**
 * How a stream's bytes are laid out and shown. `json`: each item followed by a comma, so that any stretch
 * between two offsets is an array without its brackets. `text` and `binary` differ in SSE only.
 */
export type Mode = 'json' | 'text' | 'binary'

export function mediaType(contentType: string): string {
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase()
}

export function modeOf(contentType: string): Mode {
  if (contentType === 'application/json') return 'json'
  const type = mediaType(contentType)
  if (type === 'application/json') return 'json'
  return type.startsWith('text/') ? 'text' : 'binary'
}

const COMMA = 0x2c
const OPEN = 0x5b
const CLOSE = 0x5d
const QUOTE = 0x22
const BACKSLASH = 0x5c

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The log bytes of a request body; no bytes when the body holds nothing (in JSON mode an empty array).
 * Takes `body` over: an array's closing bracket is turned into the trailing comma in place.
 */
export function encodeBody(mode: Mode, body: Uint8Array): Uint8Array | Refusal {
  if (mode !== 'json' || body.length === 0) return body
  try {
    JSON.parse(decoder.decode(body))
  } catch {
    return refuse('invalid-json', 'the body is not valid JSON in UTF-8')
  }
  let from = 0
  let to = body.length
  while (isSpace(body[from])) from++
  while (isSpace(body[to - 1])) to--
  if (body[from] !== OPEN) {
    const item = new Uint8Array(to - from + 1)
    item.set(body.subarray(from, to))
    item[to - from] = COMMA
    return item
  }
  from++
  while (isSpace(body[from])) from++
  if (from === to - 1) return body.subarray(from, from)
  body[to - 1] = COMMA
  return body.subarray(from, to)
}

function concat(chunks: readonly Uint8Array[], before: number, after: number): Uint8Array<ArrayBuffer> {
  let size = before + after
  for (const chunk of chunks) size += chunk.length
  const whole = new Uint8Array(size)
  let at = before
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

/** The response body that shows log bytes: as they are, or in JSON mode as one array. */
export function decodeLog(mode: Mode, chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  if (mode !== 'json') return concat(chunks, 0, 0)
  const array = chunks.length === 0 ? concat(chunks, 1, 1) : concat(chunks, 1, 0)
  array[0] = OPEN
  array[array.length - 1] = CLOSE
  return array
}

/** The length of the first `count` items of JSON log bytes, or undefined when there are fewer. */
export function itemsLength(log: Uint8Array, count: number): number | undefined {
  let depth = 0
  let quoted = false
  let seen = 0
  if (count === 0) return 0
  for (let i = 0; i < log.length; i++) {
    const byte = log[i]
    if (quoted) {
      if (byte === BACKSLASH) i++
      else if (byte === QUOTE) quoted = false
    } else if (byte === QUOTE) quoted = true
    else if (byte === OPEN || byte === 0x7b) depth++
    else if (byte === CLOSE || byte === 0x7d) depth--
    else if (byte === COMMA && depth === 0 && ++seen === count) return i + 1
  }
  return undefined
}

/** How far `sub` units (items in JSON mode, else bytes) reach into one batch; undefined when past its end. */
export function subLength(mode: Mode, batch: Uint8Array, sub: number): number | undefined {
  if (mode === 'json') return itemsLength(batch, sub)
  return sub <= batch.length ? sub : undefined
}
