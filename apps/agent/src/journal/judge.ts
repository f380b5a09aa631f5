/** What the relay said to an append. */
export interface Answer {
  readonly status: number
  /** `Producer-Epoch`, where it is named. */
  readonly epoch: number | undefined
  /** `Producer-Expected-Seq`: it misses an earlier append. */
  readonly expectedSeq: number | undefined
  /** Milliseconds, from `Retry-After`. */
  readonly retryAfter: number | undefined
  readonly message: string | undefined
}

/** As whom the append was sent. `claimed`: the relay has taken something under this epoch from us before. */
export interface Sender {
  readonly epoch: number
  readonly seq: number
  readonly claimed: boolean
}

export type Verdict =
  | { readonly kind: 'taken' }
  /** Nothing is known: the same bytes again, later. */
  | { readonly kind: 'again'; readonly why: string; readonly retryAfter: number | undefined }
  /** Begin anew at this epoch with the same items. */
  | { readonly kind: 'raise'; readonly epoch: number }
  /** Another agent of our name writes here now. */
  | { readonly kind: 'fenced'; readonly epoch: number }
  /** The stream is deleted, closed, or in another life. */
  | { readonly kind: 'gone'; readonly status: number }
  /** Refused for its content. */
  | { readonly kind: 'refused'; readonly status: number; readonly message: string }

/**
 * What an answer means to a writer that wants to be the only one of its name. A device that finds a later epoch
 * goes on there, since two copies of a profile are one person; an agent that finds one after it had the stream
 * has been replaced, and says nothing more. A 204 to the first append of an epoch means that somebody else has
 * used it, or that our own answer was lost: the next epoch is right in both cases, since readers drop an item
 * whose `txid` and part they have seen.
 */
export function judge({ epoch, seq, claimed }: Sender, answer: Answer): Verdict {
  const { status } = answer
  if (status === 204 && !claimed) return { kind: 'raise', epoch: epoch + 1 }
  if (status >= 200 && status < 300) return { kind: 'taken' }
  if (status === 403 && answer.epoch !== undefined && answer.epoch > epoch) {
    return claimed ? { kind: 'fenced', epoch: answer.epoch } : { kind: 'raise', epoch: answer.epoch + 1 }
  }
  // The relay has forgotten us, or was restored from before.
  if ((status === 409 && answer.expectedSeq !== undefined) || (status === 400 && seq > 0))
    return { kind: 'raise', epoch: epoch + 1 }
  if (AGAIN.has(status) || status >= 500)
    return { kind: 'again', why: `the relay answered ${status}`, retryAfter: answer.retryAfter }
  if (GONE.has(status)) return { kind: 'gone', status }
  return { kind: 'refused', status, message: answer.message ?? `the relay answered ${status}` }
}

/** Busy, or in want of credentials that may be renewed. */
const AGAIN = new Set([401, 403, 408, 425, 429])

/** Not there, closed, deleted, another life. */
const GONE = new Set([404, 409, 410, 412])
