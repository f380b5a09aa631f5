export type { HeadersRecord } from '@durable-streams/client'
export { type Client, type ClientOptions, createClient, type StreamOptions } from './client.ts'
export type { Effects } from './effects.ts'
export { SyncError, type SyncErrorCode, type SyncErrorOptions } from './errors.ts'
export { exportFixture } from './fixture.ts'
export type { ObserveOptions, StreamHandle, SubscribeOptions } from './handle.ts'
export type { Locks } from './leader.ts'
export type { StateItem } from './outbox/echo.ts'
export { type ContentFields, type EchoMatcher, matchEchoes } from './outbox/match.ts'
export type { EntryError } from './outbox/outbox.ts'
export type { PendingWrite } from './outbox/pending.ts'
export type { Presence } from './presence.ts'
export {
  compareOffsets,
  type Fixture,
  FixtureError,
  OFFSET_START,
  type Offset,
  readFixture,
  writeFixture,
} from './protocol/index.ts'
export { contain, type Readable, type Writable, writable } from './readable.ts'
export type { Connection, LiveTransport, StatusBase, StreamStatus } from './status.ts'
export type { Batch, Observer, StreamChange } from './stream/batch.ts'
export type { Folded, Folding } from './stream/folding.ts'
export type { Newest } from './stream/newest.ts'
export type { CreatePolicy } from './stream/session.ts'
export type { TailMode } from './transport.ts'
