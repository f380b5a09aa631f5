export type Verb = 'read' | 'append' | 'create' | 'delete'

export interface Access {
  /** Decoded, without the prefix. A fork asks twice: `create` at its own path, `read` at its source. */
  readonly path: string
  readonly verb: Verb
  readonly request: Request
}

/** `until` (ms): when the permission ends; a live read is ended then. */
export type Grant =
  | { readonly ok: true; readonly until?: number }
  | { readonly ok: false; readonly code: 'unauthorized' | 'forbidden'; readonly message: string }

/** Asked on every request before anything of the stream is looked at. A rejection counts as a fault of the relay. */
export type Authorize = (access: Access) => Grant | Promise<Grant>
