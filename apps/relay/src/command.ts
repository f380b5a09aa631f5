import type { ProducerTag } from '@strandline/client/protocol'
import { presence } from './lifetime.ts'
import { type Refusal, refuse } from './refusal.ts'
import type { Batch, Lifetime, ProducerState, StreamState } from './state.ts'

/** What a store holds about the paths a command names, at one moment. */
export interface Known {
  readonly target: StreamState | undefined
  /** Of the stream that a create branches off from. */
  readonly source?: StreamState | undefined
  /** Of the producer that an append names. */
  readonly producer?: ProducerState | undefined
}

interface Addressed {
  readonly path: string
  /** The life the request is meant for; another one refuses it. */
  readonly incarnation?: string | undefined
  readonly now: number
  /** A fault in the request that is reported once the stream is known to be the right one. */
  readonly malformed?: Refusal | undefined
}

export interface ForkPoint {
  readonly path: string
  readonly incarnation: string
  /** As asked; undefined means the tail. */
  readonly anchor?: number | undefined
  readonly sub: number
  /** Position the fork begins at: anchor and sub-offset, resolved. */
  readonly cut: number
}

export interface Create extends Addressed {
  readonly type: 'create'
  /** The token of the new life, should one begin. */
  readonly fresh: string
  /** Undefined when the request names none. */
  readonly contentType?: string | undefined
  readonly lifetime: Lifetime
  readonly closed: boolean
  readonly bytes: Uint8Array
  readonly fork?: ForkPoint | undefined
}

export interface Append extends Addressed {
  readonly type: 'append'
  readonly contentType?: string | undefined
  /** Empty only when nothing is to be appended. */
  readonly bytes: Uint8Array
  readonly producer?: ProducerTag | undefined
  readonly seq?: string | undefined
  readonly close: boolean
}

export interface Delete extends Addressed {
  readonly type: 'delete'
}

export type Command = Create | Append | Delete

export type Write =
  /** `state` begins a life; whatever life the path still holds ends. `source` is the one it branched off. */
  | { readonly type: 'create'; readonly batch?: Batch | undefined; readonly source?: StreamState | undefined }
  | { readonly type: 'append'; readonly batch?: Batch | undefined }
  /** Hide the stream while forks read it, else remove it and let go of its source. */
  | { readonly type: 'delete' }

export interface Accepted {
  readonly ok: true
  readonly outcome: 'created' | 'exists' | 'appended' | 'duplicate' | 'closed' | 'deleted'
  /** After the write; for a delete, before it. */
  readonly state: StreamState
  /** To be stored with the write and named in the answer. */
  readonly producer?: { readonly id: string; readonly state: ProducerState } | undefined
  /** Absent when there is nothing to change. */
  readonly write?: Write
}

export interface Refused {
  readonly ok: false
  readonly refusal: Refusal
  /** The stream as it stands, when there is one to tell about. */
  readonly state?: StreamState | undefined
}

export type Verdict = Accepted | Refused

export function refused(refusal: Refusal, state?: StreamState): Refused {
  return { ok: false, refusal, state }
}

/** The refusal for a stream that is not there, or the stream that is. */
export function present(target: StreamState | undefined, now: number): StreamState | Refused {
  const seen = presence(target, now)
  if (seen === 'gone') return refused(refuse('gone', 'the stream was deleted'))
  if (seen === 'missing' || target === undefined) {
    return refused(refuse('not-found', 'there is no stream at this path'))
  }
  return target
}

export function isRefused(value: StreamState | Refused): value is Refused {
  return 'refusal' in value
}
