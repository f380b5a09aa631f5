import {
  LIVE_QUERY_PARAM,
  OFFSET_QUERY_PARAM,
  PRODUCER_EPOCH_HEADER,
  PRODUCER_ID_HEADER,
  PRODUCER_SEQ_HEADER,
  readInteger,
  STREAM_INCARNATION_HEADER,
} from '@strandline/client/protocol'
import { STREAM_PREFIX } from '../../request.ts'
import type { RecordedRequest } from './match.ts'

/** What is to be known of a request before its body was read. */
export function record({ method, url, headers }: Request): RecordedRequest {
  const { pathname, searchParams } = new URL(url)
  const offset = searchParams.get(OFFSET_QUERY_PARAM)
  const live = searchParams.get(LIVE_QUERY_PARAM)
  const incarnation = headers.get(STREAM_INCARNATION_HEADER)
  const producer = producerOf(headers)
  return {
    method,
    url,
    path: streamOf(pathname),
    ...(offset !== null && { offset }),
    ...(live !== null && { live }),
    ...(producer && { producer }),
    ...(incarnation !== null && { incarnation }),
    body: '',
    items: 0,
    status: undefined,
    bytes: 0,
  }
}

function streamOf(pathname: string): string {
  const at = pathname.indexOf(STREAM_PREFIX)
  const raw = at < 0 ? pathname : pathname.slice(at + STREAM_PREFIX.length)
  try {
    return decodeURIComponent(raw)
  } catch {
    return raw
  }
}

function producerOf(headers: Headers): RecordedRequest['producer'] {
  const id = headers.get(PRODUCER_ID_HEADER)
  const epoch = readInteger(headers, PRODUCER_EPOCH_HEADER)
  const seq = readInteger(headers, PRODUCER_SEQ_HEADER)
  return id === null || epoch === undefined || seq === undefined ? undefined : { id, epoch, seq }
}

/** Items of a JSON body; a body that is something else counts as one. */
export function countItems(body: Uint8Array | undefined): number {
  if (!body || body.length === 0) return 0
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(body))
    return Array.isArray(parsed) ? parsed.length : 1
  } catch {
    return 1
  }
}
