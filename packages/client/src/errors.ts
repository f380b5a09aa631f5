/**
 * Every way a read, a write or the storage can fail. Closed: a new code is a compile error in `nextStep`.
 * Decisions are taken on the code alone; messages are for people.
 */
export type SyncErrorCode =
  /** No answer: offline, refused, reset, cut half-way. */
  | 'network'
  /** No answer, or no further byte, within the limit. */
  | 'timeout'
  /** 408, 425, 429. */
  | 'busy'
  /** 5xx. */
  | 'server'
  /** 401, or 403 without a producer epoch. */
  | 'unauthorized'
  /** 404. */
  | 'not-found'
  /** 410: deleted. */
  | 'gone'
  /** The relay no longer retains what follows an offset that the log has. */
  | 'trimmed'
  /** 412: the stream at this URL is in another life than the request was meant for. */
  | 'incarnation'
  /** The stream was closed; it takes no more items. */
  | 'closed'
  /** 413, or over the client's own limit. */
  | 'too-large'
  /** Any other 4xx: the relay will not take this request, however often it is sent. */
  | 'refused'
  /** An answer that is not the Durable Streams protocol. */
  | 'protocol'
  /** An item that is not a State Protocol message; nothing was saved. */
  | 'invalid-item'
  /** A wrong argument; nothing was done. */
  | 'invalid-argument'
  /** IndexedDB is missing, blocked or broken. */
  | 'storage'
  /** The browser removed the database under the page; it is made anew, and read again from the relay. */
  | 'vanished'
  /** A stretch of the log on disk cannot be read; it is read from the relay again. */
  | 'damaged'
  /** The disk quota is used up; nothing was saved. */
  | 'quota'
  /** The client, handle or database was closed. */
  | 'shut-down'

/** What is known of a failure besides its code. */
export interface SyncErrorOptions {
  /** HTTP status, where there was an answer. */
  readonly status?: number | undefined
  /** From `Retry-After`, in milliseconds. */
  readonly retryAfter?: number | undefined
  /** What was thrown, where something was. */
  readonly cause?: unknown
}

/** The one error class of Strandline. */
export class SyncError extends Error {
  override readonly name = 'SyncError'
  /** What happened; the next step is taken on it alone (invariant 15). */
  readonly code: SyncErrorCode
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined
  /** Milliseconds that the relay asked to be left alone for. */
  readonly retryAfter: number | undefined

  constructor(code: SyncErrorCode, message: string, options: SyncErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.status = options.status
    this.retryAfter = options.retryAfter
  }
}

/** What the sync loop does after a failure (invariant 15). */
export type NextStep = 'retry' | 'await-credentials' | 'missing' | 'new-life' | 'halt'

/** The only place where a failed read becomes a decision. */
export function nextStep(error: SyncError): NextStep {
  switch (error.code) {
    case 'network':
    case 'timeout':
    case 'busy':
    case 'server':
    case 'protocol':
    case 'storage':
    case 'vanished':
    case 'damaged':
      return 'retry'
    case 'unauthorized':
      return 'await-credentials'
    case 'not-found':
    case 'gone':
      return 'missing'
    case 'incarnation':
    case 'trimmed':
      return 'new-life'
    case 'closed':
    case 'too-large':
    case 'refused':
    case 'invalid-item':
    case 'invalid-argument':
    case 'quota':
    case 'shut-down':
      return 'halt'
    default:
      return unreachable(error.code)
  }
}

/** The code of a failed HTTP answer. */
export function codeOfStatus(status: number): SyncErrorCode {
  if (status === 401 || status === 403) return 'unauthorized'
  if (status === 404) return 'not-found'
  if (status === 410) return 'gone'
  if (status === 412) return 'incarnation'
  if (status === 413) return 'too-large'
  if (status === 408 || status === 425 || status === 429) return 'busy'
  if (status >= 500) return 'server'
  return 'refused'
}

/** Anything thrown, as a `SyncError`; what is not one already gets `code`. */
export function asSyncError(thrown: unknown, code: SyncErrorCode): SyncError {
  if (thrown instanceof SyncError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new SyncError(code, message, { cause: thrown })
}

export function unreachable(value: never): never {
  throw new TypeError(`unreachable: ${JSON.stringify(value)}`)
}
