/** Every bound of the relay. Sizes in bytes, times in ms. */
export interface Limits {
  /** Of a request body, chunked ones too; beyond it 413. */
  readonly body: number
  /** Of a stream's path, decoded; beyond it 414. */
  readonly path: number
  /** Of the value of any header the protocol reads; beyond it 400. */
  readonly headerValue: number
  /** What one catch-up answer or SSE data event carries, unless a single append is larger. */
  readonly chunk: number
  /** Live readers of one stream; beyond it 429. */
  readonly tailsPerStream: number
  /** Live readers in all; beyond it 429. */
  readonly tails: number
  /** What may wait in memory for one SSE reader before the relay stops reading on for it. */
  readonly tailBuffer: number
  /** How long an SSE reader may leave that full before it is ended. */
  readonly tailStall: number
  /** Age at which an SSE answer ends, for its reader to come back. */
  readonly tailAge: number
  /** Silence on an SSE answer after which a comment is sent. */
  readonly heartbeat: number
  /** How long a long-poll waits. */
  readonly longPoll: number
  /** What a refused reader is told to wait (Retry-After, in whole seconds on the wire). */
  readonly retryAfter: number
}

const KiB = 1024
const MiB = 1024 * KiB

/** What a relay holds to where it is not told otherwise; docs/relay.md says how each is answered. */
export const DEFAULT_LIMITS: Limits = {
  body: 8 * MiB,
  path: KiB,
  headerValue: KiB,
  chunk: MiB,
  tailsPerStream: 10_000,
  tails: 20_000,
  tailBuffer: 256 * KiB,
  tailStall: 10_000,
  tailAge: 60_000,
  heartbeat: 15_000,
  longPoll: 20_000,
  retryAfter: 1000,
}
