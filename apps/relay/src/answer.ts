import {
  PRODUCER_EPOCH_HEADER,
  PRODUCER_EXPECTED_SEQ_HEADER,
  PRODUCER_ID_HEADER,
  PRODUCER_RECEIVED_SEQ_HEADER,
  PRODUCER_SEQ_HEADER,
  STREAM_CLOSED_HEADER,
  STREAM_CURSOR_HEADER,
  STREAM_EXPIRES_AT_HEADER,
  STREAM_FORK_OFFSET_HEADER,
  STREAM_FORK_SUB_OFFSET_HEADER,
  STREAM_FORKED_FROM_HEADER,
  STREAM_INCARNATION_HEADER,
  STREAM_OFFSET_HEADER,
  STREAM_SEQ_HEADER,
  STREAM_SSE_DATA_ENCODING_HEADER,
  STREAM_TTL_HEADER,
  STREAM_UP_TO_DATE_HEADER,
} from '@strandline/client/protocol'
import type { Answer, Body, Exchange } from './exchange.ts'
import { formatOffset } from './offset.ts'
import { type Refusal, STATUS } from './refusal.ts'
import type { StreamState } from './state.ts'

export type HeaderMap = Readonly<Record<string, string>>

const STREAM_HEADERS = [
  STREAM_OFFSET_HEADER,
  STREAM_UP_TO_DATE_HEADER,
  STREAM_CLOSED_HEADER,
  STREAM_CURSOR_HEADER,
  STREAM_TTL_HEADER,
  STREAM_EXPIRES_AT_HEADER,
  STREAM_SEQ_HEADER,
  STREAM_FORKED_FROM_HEADER,
  STREAM_FORK_OFFSET_HEADER,
  STREAM_FORK_SUB_OFFSET_HEADER,
  STREAM_SSE_DATA_ENCODING_HEADER,
  STREAM_INCARNATION_HEADER,
  PRODUCER_ID_HEADER,
  PRODUCER_EPOCH_HEADER,
  PRODUCER_SEQ_HEADER,
  PRODUCER_EXPECTED_SEQ_HEADER,
  PRODUCER_RECEIVED_SEQ_HEADER,
].join(', ')

/** Any origin may ask: permission comes from credentials in a header, never from a cookie. */
const SHARED: HeaderMap = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': `${STREAM_HEADERS}, ETag, Location, Retry-After`,
}

const PREFLIGHT: HeaderMap = {
  'Access-Control-Allow-Methods': 'GET, HEAD, PUT, POST, DELETE, OPTIONS',
  'Access-Control-Allow-Headers': `${STREAM_HEADERS}, Content-Type, Authorization, If-None-Match, Cache-Control`,
  'Access-Control-Max-Age': '86400',
}

export const NO_STORE: HeaderMap = { 'Cache-Control': 'no-store' }

/** Takes `headers` over. */
export function answer(status: number, body: Body, headers: Record<string, string>): Answer {
  headers['X-Content-Type-Options'] = 'nosniff'
  headers['Cross-Origin-Resource-Policy'] = 'cross-origin'
  return { status, headers, body }
}

/**
 * The answer as other origins may see it. Left out where nobody is to see it, since it is half of what an
 * append is answered; never on a GET, whose answer a browser may keep and show to another origin.
 */
export function share({ headers, method }: Exchange, answer: Answer): Answer {
  if (method !== 'GET' && !headers.has('Origin')) return answer
  return { ...answer, headers: { ...SHARED, ...answer.headers } }
}

export function answerPreflight(): Answer {
  return answer(204, null, { ...PREFLIGHT })
}

export function answerJson(status: number, value: object): Answer {
  return answer(status, JSON.stringify(value), { ...NO_STORE, 'Content-Type': 'application/json' })
}

/** What every answer of an existing stream carries; the offset is its tail. */
export function streamHeaders(state: StreamState): Record<string, string> {
  const headers: Record<string, string> = {
    [STREAM_OFFSET_HEADER]: formatOffset(state.tail),
    [STREAM_INCARNATION_HEADER]: state.incarnation,
  }
  if (state.closure) headers[STREAM_CLOSED_HEADER] = 'true'
  return headers
}

/** `{ error: { code, message } }`, with the stream's headers when there is a stream to tell about. */
export function answerRefusal({ code, message, headers }: Refusal, state?: StreamState): Answer {
  return answer(STATUS[code], JSON.stringify({ error: { code, message } }), {
    ...NO_STORE,
    'Content-Type': 'application/json',
    ...(state && streamHeaders(state)),
    ...headers,
  })
}
