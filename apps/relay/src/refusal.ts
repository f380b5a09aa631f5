/** Every way a request can be refused, with its status. The names are part of the wire; they never change. */
export const STATUS = {
  'invalid-request': 400,
  'invalid-path': 400,
  'invalid-offset': 400,
  'invalid-header': 400,
  'invalid-json': 400,
  'empty-body': 400,
  'missing-content-type': 400,
  'epoch-not-at-zero': 400,
  unauthorized: 401,
  forbidden: 403,
  'host-not-allowed': 403,
  'stale-epoch': 403,
  'not-found': 404,
  'no-route': 404,
  'method-not-allowed': 405,
  timeout: 408,
  closed: 409,
  'content-type-mismatch': 409,
  'stream-seq-conflict': 409,
  'producer-gap': 409,
  'already-exists': 409,
  'source-gone': 409,
  gone: 410,
  'incarnation-mismatch': 412,
  'too-large': 413,
  'path-too-long': 414,
  'upgrade-refused': 426,
  'too-many-tails': 429,
  'headers-too-large': 431,
  internal: 500,
  'authorize-failed': 503,
  unavailable: 503,
} as const

/** Every refusal by name: `error.code` of its JSON body. docs/relay.md says which status each has. */
export type Code = keyof typeof STATUS

/** A request that is not carried out: `message` is for people, decisions read `code`. */
export interface Refusal {
  readonly code: Code
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
}

export function refuse(code: Code, message: string, headers?: Record<string, string>): Refusal {
  return headers ? { code, message, headers } : { code, message }
}

/** Carries a refusal out of the middle of a handler to the one place that renders it. */
export class RefusalError extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.message)
    this.name = 'RefusalError'
    this.refusal = refusal
  }
}

export function deny(code: Code, message: string, headers?: Record<string, string>): never {
  throw new RefusalError(refuse(code, message, headers))
}
