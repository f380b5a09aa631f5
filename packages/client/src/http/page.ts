import { SyncError } from '../errors.ts'
import {
  type Offset,
  STREAM_CLOSED_HEADER,
  STREAM_CURSOR_HEADER,
  STREAM_INCARNATION_HEADER,
  STREAM_OFFSET_HEADER,
  STREAM_UP_TO_DATE_HEADER,
} from '../protocol/index.ts'

/** A stretch of the stream as the relay gave it. */
export interface Page {
  readonly from: Offset
  readonly to: Offset
  readonly items: readonly unknown[]
  /** The items as they came: a JSON array in UTF-8. */
  readonly bytes: Uint8Array
  readonly upToDate: boolean
  readonly closed: boolean
  readonly incarnation: string | null
  readonly cursor: string | null
}

/** The items of a JSON array; `protocol` where it is none. An empty body is an empty array. */
export function parseItems(bytes: Uint8Array): unknown[] {
  if (bytes.byteLength === 0) return []
  return parseText(new TextDecoder().decode(bytes))
}

export function parseText(text: string): unknown[] {
  let parsed: unknown
  let cause: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    cause = error
  }
  if (Array.isArray(parsed)) return parsed
  throw new SyncError('protocol', 'the relay sent no JSON array', { cause })
}

/** A GET answer (catch-up, or long-poll with or without data) as a page that begins at `from`. */
export function pageOf(response: Response, from: Offset, bytes: Uint8Array): Page {
  const { headers } = response
  const to = headers.get(STREAM_OFFSET_HEADER)
  if (to === null) throw new SyncError('protocol', `the answer names no ${STREAM_OFFSET_HEADER}`)
  return {
    from,
    to,
    items: parseItems(bytes),
    bytes,
    upToDate: headers.has(STREAM_UP_TO_DATE_HEADER),
    closed: isClosed(headers),
    incarnation: headers.get(STREAM_INCARNATION_HEADER),
    cursor: headers.get(STREAM_CURSOR_HEADER),
  }
}

export function isClosed(headers: Headers): boolean {
  return headers.get(STREAM_CLOSED_HEADER)?.toLowerCase() === 'true'
}
