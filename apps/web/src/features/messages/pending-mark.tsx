import type { PendingWrite, StreamStatus } from '@strandline/client'
import type { Message } from '../../schema.ts'
import { AlertIcon, CheckIcon, ClockIcon, UpIcon } from '../../ui/icons.tsx'
import { type Mark, markOf } from './pending.ts'

export interface PendingActions {
  retry(write: PendingWrite): void
  /** Takes the text back into the composer and the write away. */
  edit(write: PendingWrite, message: Message): void
  discard(write: PendingWrite, message: Message): void
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
  if (!mark.stuck)
    return (
      <span className="pending" title={mark.text} data-testid="pending-mark">
        <Icon size={14} />
        <span className="visually-hidden">{mark.text}</span>
      </span>
    )
  return (
    <div className="refused" data-testid="pending-mark">
      <span className="refused-text">
        <Icon size={14} />
        {mark.text}
      </span>
      <span className="refused-actions">
        <button type="button" className="button button-text" onClick={() => actions.retry(write)}>
          Retry
        </button>
        <button type="button" className="button button-text" onClick={() => actions.edit(write, message)}>
          Edit
        </button>
        <button type="button" className="button button-text" onClick={() => actions.discard(write, message)}>
          Discard
        </button>
      </span>
    </div>
  )
}
