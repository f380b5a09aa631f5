export { type Fixture, type FixtureBatch, FixtureError, readFixture, writeFixture } from './fixture.ts'
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
  STREAM_FORK_OFFSET_HEADER,
  STREAM_FORK_SUB_OFFSET_HEADER,
  STREAM_FORKED_FROM_HEADER,
  STREAM_INCARNATION_HEADER,
  STREAM_OFFSET_HEADER,
  STREAM_SEQ_HEADER,
  STREAM_SSE_DATA_ENCODING_HEADER,
  STREAM_TTL_HEADER,
  STREAM_UP_TO_DATE_HEADER,
} from './headers.ts'
export { compareOffsets, OFFSET_NOW, OFFSET_START, type Offset } from './offset.ts'
export { type ProducerTag, producerHeaders, readInteger } from './producer.ts'
export { parseControl, SSE_CONTROL_EVENT, SSE_DATA_EVENT, type SseControl } from './sse.ts'
