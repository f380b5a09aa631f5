import type { PendingWrite, StreamStatus } from '@strandline/client'
import type { Message } from '../../schema.ts'
import { AlertIcon, CheckIcon, ClockIcon, UpIcon } from '../../ui/icons.tsx'
import { type Mark, markOf } from './pending.ts'

export interface PendingActions {
  retry(write: PendingWrite): void
  /** Takes the text back into the composer and the write away. */
  edit(write: PendingWrite, message: Message): void
  discard(write: PendingWrite): void
}

interface PendingMarkProps {
  readonly write: PendingWrite
  readonly message: Message
  readonly connection: StreamStatus['state']
  readonly actions: PendingActions
}

const ICONS = { clock: ClockIcon, up: UpIcon, check: CheckIcon, alert: AlertIcon } satisfies Record<
  Mark['icon'],
  unknown
>

export function PendingMark({ write, message, connection, actions }: PendingMarkProps) {
  const mark = markOf(write, connection)
  const Icon = ICONS[mark.icon]
  return (
    <div className="pending" data-stuck={mark.stuck} data-testid="pending-mark">
      <span className="pending-text">
        <Icon size={14} />
        {mark.text}
      </span>
      {mark.stuck && (
        <span className="pending-actions">
          <button type="button" className="button button-text" onClick={() => actions.retry(write)}>
            Retry
          </button>
          <button type="button" className="button button-text" onClick={() => actions.edit(write, message)}>
            Edit
          </button>
          <button type="button" className="button button-text" onClick={() => actions.discard(write)}>
            Discard
          </button>
        </span>
      )}
    </div>
  )
}
