import {
  OFFSET_QUERY_PARAM,
  PRODUCER_EPOCH_HEADER,
  PRODUCER_ID_HEADER,
  PRODUCER_SEQ_HEADER,
  type ProducerTag,
  readInteger,
  STREAM_CLOSED_HEADER,
} from '@strandline/client/protocol'
import type { HeaderView } from './exchange.ts'
import type { Limits } from './limits.ts'
import { readStart, type Start } from './offset.ts'
import { deny, type Refusal, refuse } from './refusal.ts'

export const STREAM_PREFIX = '/v1/stream/'

/** The path of a URL as it was sent, and what follows its question mark. Needs no valid host. */
export function splitUrl(url: string): { pathname: string; search: string } {
  const from = url.startsWith('/') ? 0 : url.indexOf('/', url.indexOf('://') + 3)
  if (from < 0) return { pathname: '/', search: '' }
  const hash = url.indexOf('#', from)
  const end = hash < 0 ? url.length : hash
  const mark = url.indexOf('?', from)
  if (mark < 0 || mark > end) return { pathname: url.slice(from, end), search: '' }
  return { pathname: url.slice(from, mark), search: url.slice(mark + 1, end) }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const CONTROL = /[\u0000-\u001f\u007f]/
const DOT_SEGMENT = /(^|\/)\.\.?(\/|$)/
const RESERVED = /^__ds(\/|$)/
const encoder = new TextEncoder()

/** The stream that a path below the prefix names, percent-decoded; throws the refusal for any other path. */
export function readPath(pathname: string, limits: Limits): string {
  if (!pathname.startsWith(STREAM_PREFIX)) deny('no-route', 'streams live below /v1/stream/')
  const raw = pathname.slice(STREAM_PREFIX.length)
  const path = raw.includes('%') ? decode(raw) : raw
  if (path === undefined) deny('invalid-path', 'the path is not percent-encoded UTF-8')
  if (path.length * 3 > limits.path && encoder.encode(path).length > limits.path) {
    deny('path-too-long', `a path has at most ${limits.path} bytes`)
  }
  if (path === '' || CONTROL.test(path)) deny('invalid-path', 'the path is empty or holds control characters')
  if (DOT_SEGMENT.test(path)) deny('invalid-path', 'the path holds dot segments')
  if (RESERVED.test(path)) deny('no-route', 'subscriptions are not served here')
  return path
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** The `offset` parameter, or undefined when there is none; throws when it is malformed or there twice. */
export function readOffset(query: URLSearchParams): Start | undefined {
  const [text, ...more] = query.getAll(OFFSET_QUERY_PARAM)
  if (text === undefined) return undefined
  const start = more.length === 0 ? readStart(text) : undefined
  return start ?? deny('invalid-offset', 'the offset is not one this relay issued')
}

/** A header's value; throws when it is over the limit. */
export function readHeader(headers: HeaderView, name: string, limits: Limits): string | undefined {
  const value = headers.get(name)
  if (value === null) return undefined
  if (value.length > limits.headerValue)
    deny('invalid-header', `${name} has at most ${limits.headerValue} bytes`)
  return value
}

/** Anything but `true` counts as absent (PROTOCOL, 4.1). */
export function wantsClosed(headers: HeaderView): boolean {
  return headers.get(STREAM_CLOSED_HEADER)?.toLowerCase() === 'true'
}

const CONTENT_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+\s*(;.*)?$/

export function readContentType(headers: HeaderView, limits: Limits): string | undefined {
  const value = readHeader(headers, 'Content-Type', limits)
  if (value === undefined || value === '') return undefined
  if (!CONTENT_TYPE.test(value)) deny('invalid-header', 'Content-Type is not a media type')
  return value
}

/** The producer an append names, undefined when it names none; a refusal unless all three headers are right. */
export function readProducer(headers: HeaderView, limits: Limits): ProducerTag | Refusal | undefined {
  const id = readHeader(headers, PRODUCER_ID_HEADER, limits)
  if (id === undefined && !headers.has(PRODUCER_EPOCH_HEADER) && !headers.has(PRODUCER_SEQ_HEADER))
    return undefined
  const epoch = readInteger(headers, PRODUCER_EPOCH_HEADER)
  const seq = readInteger(headers, PRODUCER_SEQ_HEADER)
  if (id === undefined || id === '' || epoch === undefined || seq === undefined) {
    return refuse('invalid-header', 'a producer sends id, epoch and seq, whole numbers from 0 to 2^53 - 1')
  }
  return { id, epoch, seq }
}
