import type { Feed, Sink } from './channel.ts'

/** Reads headers by any case of their names. */
export type HeaderView = Pick<Headers, 'get' | 'has'>

/**
 * One request as the relay sees it, whoever carries it. A host gives what it has at hand, so that an append
 * over Node's HTTP costs no Request, no Response and no stream.
 */
export interface Exchange {
  /** In capitals, as `Request` has it. */
  readonly method: string
  /** As it was sent, still encoded. */
  readonly pathname: string
  /** What follows the question mark. */
  readonly search: string
  /** Of the request. */
  readonly headers: HeaderView
  /** The absolute URL; its host is the one the client named, if that is a host name at all. */
  readonly url: string
  /** The same as a platform's Request without its body, for hooks; made when it is asked for. */
  readonly request: Request
  /** Aborts when the client leaves before it has its answer. */
  readonly signal: AbortSignal
  /** The whole body. Rejects with a refusal: over `limit` bytes without reading on, or when it breaks off. */
  body(limit: number): Promise<Uint8Array>
}

/** A body that is pushed: whoever sends the answer connects a sink and tells the feed how it fares. */
export interface PushBody {
  connect(sink: Sink): Feed
  /** What may wait unsent before the sink should say that it is not ready, in bytes. */
  readonly highWaterMark: number
}

export type Body = Uint8Array<ArrayBuffer> | string | null | PushBody

/** A response, before a host has given it its own form. */
export interface Answer {
  /** HTTP status. */
  readonly status: number
  /** By name, CORS included. */
  readonly headers: Readonly<Record<string, string>>
  /** Whole, none (null), or pushed as it comes: a live read. */
  readonly body: Body
}

export function isPush(body: Body): body is PushBody {
  return typeof body === 'object' && body !== null && 'connect' in body
}
