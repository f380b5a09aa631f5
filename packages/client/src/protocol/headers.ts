/**
 * Header and parameter names of the Durable Streams protocol. Those the stock client exports come from
 * it, so that a rename upstream breaks the build here; the rest are named in PROTOCOL.md only, and the
 * last two are Strandline's additions.
 */
export {
  CURSOR_QUERY_PARAM,
  LIVE_QUERY_PARAM,
  OFFSET_QUERY_PARAM,
  PRODUCER_EPOCH_HEADER,
  PRODUCER_EXPECTED_SEQ_HEADER,
  PRODUCER_ID_HEADER,
  PRODUCER_RECEIVED_SEQ_HEADER,
  PRODUCER_SEQ_HEADER,
  STREAM_CLOSED_HEADER,
  STREAM_CURSOR_HEADER,
  STREAM_EXPIRES_AT_HEADER,
  STREAM_OFFSET_HEADER,
  STREAM_SEQ_HEADER,
  STREAM_TTL_HEADER,
  STREAM_UP_TO_DATE_HEADER,
} from '@durable-streams/client'

export const STREAM_FORKED_FROM_HEADER = 'Stream-Forked-From'
export const STREAM_FORK_OFFSET_HEADER = 'Stream-Fork-Offset'
export const STREAM_FORK_SUB_OFFSET_HEADER = 'Stream-Fork-Sub-Offset'
export const STREAM_SSE_DATA_ENCODING_HEADER = 'Stream-SSE-Data-Encoding'

/**
 * Which life of a stream URL answers: an opaque token, new each time the stream is made. On every answer
 * of a stream; on a request it is a precondition, refused with 412 `incarnation-mismatch` in another life.
 */
export const STREAM_INCARNATION_HEADER = 'Stream-Incarnation'
