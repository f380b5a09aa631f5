import type { ProducerTag } from '@strandline/client/protocol'

/**
 * How long a stream lives. `window` slides: each read or write moves `touched` (ms), and the stream ends
 * `seconds` after it. `until` is fixed; `text` is the time as it was asked for.
 */
export type Lifetime =
  | { readonly kind: 'forever' }
  | { readonly kind: 'window'; readonly seconds: number; readonly touched: number }
  | { readonly kind: 'until'; readonly at: number; readonly text: string }

/** Bytes inherited from another life: everything of `incarnation` up to position `until`. */
export interface Segment {
  readonly incarnation: string
  readonly until: number
}

/** Where a fork branched off, as asked: `cut` is the position its own bytes begin at. */
export interface Origin {
  readonly path: string
  readonly incarnation: string
  readonly anchor: number
  readonly sub: number
  readonly cut: number
}

export type Closure = { readonly by?: ProducerTag | undefined }

/**
 * All a store keeps of one stream besides its bytes and its producers. A position counts bytes from the
 * start of the stream, inherited ones included.
 */
export interface StreamState {
  readonly incarnation: string
  /** As given at creation. */
  readonly contentType: string
  readonly tail: number
  readonly lifetime: Lifetime
  readonly closure?: Closure | undefined
  /** The last Stream-Seq; one per stream. */
  readonly seq?: string | undefined
  readonly origin?: Origin | undefined
  /** The chain a fork reads before its own bytes, oldest first, `until` strictly rising. */
  readonly inherited: readonly Segment[]
  /** Streams that branched off here and still exist. */
  readonly forks: number
  /** Deleted while forks still read it: gone for clients, kept for the forks. */
  readonly hidden?: true | undefined
}

/** The last accepted request of one producer on one stream. */
export interface ProducerState {
  readonly epoch: number
  readonly seq: number
}

/** Bytes of one append, at the position they begin at. */
export interface Batch {
  readonly at: number
  readonly bytes: Uint8Array
}
