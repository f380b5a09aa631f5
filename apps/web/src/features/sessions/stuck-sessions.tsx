import type { PendingWrite } from '@strandline/client'
import type { SessionsDB } from '../../sync/streams.ts'
import { surface } from '../../sync/surface.ts'
import { AlertIcon } from '../../ui/icons.tsx'

interface StuckSessionsProps {
  readonly pending: readonly PendingWrite[]
  readonly db: Pick<SessionsDB, 'retry' | 'discard'>
  /** Why the last one could not even be kept. */
  readonly problem: string | undefined
}

/** Sessions made here that the server refused, or that could not be kept. */
export function StuckSessions({ pending, db, problem }: StuckSessionsProps) {
  const stuck = pending.filter(({ state }) => state === 'rejected' || state === 'uncertain')
  const settle = (act: (txid: string) => Promise<boolean>) => {
    Promise.all(stuck.map(({ txid }) => act(txid))).catch(surface)
  }
  if (problem)
    return (
      <p className="notice" role="alert">
        <AlertIcon size={16} />
        {problem}
      </p>
    )
  if (stuck.length === 0) return null
  return (
    <p className="notice" role="alert" data-testid="stuck-sessions">
      <AlertIcon size={16} />
      {stuck.length === 1 ? 'A new session was refused' : `${stuck.length} new sessions were refused`}
      {`: ${stuck[0]?.error?.message ?? 'the server gave no reason'}.`}
      <button type="button" className="button button-text" onClick={() => settle(db.retry)}>
        Retry
      </button>
      <button type="button" className="button button-text" onClick={() => settle(db.discard)}>
        Discard
      </button>
    </p>
  )
}
