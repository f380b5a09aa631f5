import type { HeaderView } from './exchange.ts'

/** What a request is about to do to a stream. */
export type Verb = 'read' | 'append' | 'create' | 'delete'

/** A request, as `authorize` is asked about it. */
export interface Access {
  /** Decoded, without the prefix. A fork asks twice: `create` at its own path, `read` at its source. */
  readonly path: string
  /** What is asked for. */
  readonly verb: Verb
  /** Of the request: where credentials are. */
  readonly headers: HeaderView
  /** The whole request without its body. Costs more than `headers`: made when it is looked at. */
  readonly request: Request
}

/** `until` (ms): when the permission ends; a live read is ended then. */
export type Grant =
  | { readonly ok: true; readonly until?: number }
  | { readonly ok: false; readonly code: 'unauthorized' | 'forbidden'; readonly message: string }

/**
 * Asked on every request before anything of the stream is looked at. A rejection says that it cannot be told
 * now: the request is answered 503 and may be sent again.
 */
export type Authorize = (access: Access) => Grant | Promise<Grant>
