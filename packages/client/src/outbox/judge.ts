import { codeOfStatus, SyncError } from '../errors.ts'
import type { AppendAnswer } from '../transport.ts'
import type { Claim, Settlement } from './outbox.ts'

/** What an answer to a claim leads to (write protocol, rules 6 to 10). */
export type Verdict =
  /** Carried out once the log was read up to the answer's tail. */
  | { readonly kind: 'settle'; readonly settlement: Settlement }
  /** Nothing is known: the same claim again, later. */
  | { readonly kind: 'undecided'; readonly error: SyncError }
  /** Nothing is known until there are other credentials. */
  | { readonly kind: 'credentials'; readonly error: SyncError }
  /** The stream is not what the claim was meant for: the sync loop finds out what it is. */
  | { readonly kind: 'recheck'; readonly error: SyncError }

export function judge({ tag }: Claim, answer: AppendAnswer): Verdict {
  const { status } = answer
  if (status >= 200 && status < 300)
    return { kind: 'settle', settlement: { kind: 'accepted', seq: (answer.seq ?? tag.seq) + 1 } }
  if (status === 403 && answer.epoch !== undefined && answer.epoch > tag.epoch)
    return { kind: 'settle', settlement: { kind: 'fenced', epoch: answer.epoch } }
  if ((status === 409 && answer.expectedSeq !== undefined) || (status === 400 && tag.seq > 0))
    return { kind: 'settle', settlement: { kind: 'forgotten' } }

  const error = errorOf(answer)
  switch (error.code) {
    case 'busy':
    case 'server':
      return { kind: 'undecided', error }
    case 'unauthorized':
      return { kind: 'credentials', error }
    case 'not-found':
    case 'gone':
    case 'incarnation':
      return { kind: 'recheck', error }
    default: {
      const { code, message } = error
      return { kind: 'settle', settlement: { kind: 'refused', error: { code, status, message } } }
    }
  }
}

function errorOf({ status, closed, message, retryAfter }: AppendAnswer): SyncError {
  const code = status === 409 && closed ? 'closed' : codeOfStatus(status)
  return new SyncError(code, message ?? `the relay answered ${status}`, { status, retryAfter })
}
