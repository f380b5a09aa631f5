import type { StreamStatus } from '@strandline/client'
import { surface } from '../../sync/surface.ts'
import { badgeOf } from './badge.ts'
import { useNow } from './use-now.ts'

interface ConnectionBadgeProps {
  readonly status: StreamStatus
  readonly retry: () => Promise<unknown>
}

/** How this session stands with the server, in one word, with a way to ask again. */
export function ConnectionBadge({ status, retry }: ConnectionBadgeProps) {
  const counting = status.state === 'waiting' && status.reason === 'backoff'
  const now = useNow(counting)
  const badge = badgeOf(status, now)
  return (
    <div
      className="badge"
      data-testid="connection-badge"
      data-state={status.state}
      data-reason={status.state === 'waiting' ? status.reason : undefined}
      data-tone={badge.tone}
      data-synced={status.synced}
      title={badge.hint}
    >
      <span className="badge-dot" aria-hidden="true" />
      <span role="status">
        {badge.label}
        <span className="visually-hidden">. {badge.hint}</span>
      </span>
      {badge.countdown !== undefined && (
        <span className="badge-detail badge-countdown" aria-hidden="true">
          {badge.countdown > 0 ? `retry in ${badge.countdown} s` : 'retrying'}
        </span>
      )}
      {status.pending > 0 && badge.tone !== 'ok' && (
        <span className="badge-detail" data-testid="unsent">
          {status.pending} unsent
        </span>
      )}
      {badge.retry && (
        <button type="button" className="button button-text" onClick={() => void retry().catch(surface)}>
          Retry
        </button>
      )}
    </div>
  )
}
