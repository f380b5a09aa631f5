import { type Approval, displayName } from '@strandline/chat'
import { memo } from 'react'
import { CheckIcon, CloseIcon, ShieldIcon } from '../../ui/icons.tsx'

interface ApprovalCardProps {
  readonly approval: Approval
  readonly me: string
  readonly decide: (approval: Approval, state: 'allowed' | 'denied') => void
}

const SAID = { allowed: 'Allowed', denied: 'Denied', cancelled: 'Not answered' } as const

/** A question of an engine. Whoever answers first has answered for all. */
export const ApprovalCard = memo(function ApprovalCard({ approval, me, decide }: ApprovalCardProps) {
  const { id, title, detail, state } = approval
  return (
    <section
      className="approval"
      aria-labelledby={`approval-${id}`}
      data-testid="approval"
      data-state={state}
    >
      <p className="approval-title" id={`approval-${id}`}>
        <ShieldIcon size={17} />
        {title}
      </p>
      {detail && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long text scrolls, which takes a stop for the keyboard.
        <pre className="approval-detail" tabIndex={0}>
          {detail}
        </pre>
      )}
      {approval.state === 'asked' ? (
        <div className="approval-actions">
          <button type="button" className="button button-primary" onClick={() => decide(approval, 'allowed')}>
            Allow
          </button>
          <button type="button" className="button button-quiet" onClick={() => decide(approval, 'denied')}>
            Deny
          </button>
        </div>
      ) : (
        <p className="approval-said">
          {approval.state === 'allowed' ? <CheckIcon size={14} /> : <CloseIcon size={14} />}
          {SAID[approval.state]}
          {approval.state !== 'cancelled' && ` by ${approval.by === me ? 'you' : displayName(approval.by)}`}
        </p>
      )}
    </section>
  )
})
