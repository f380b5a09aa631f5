import type { PendingWrite, StreamStatus } from '@strandline/client'
import type { Message } from '../../schema.ts'
import { AlertIcon, CheckIcon, ClockIcon, UpIcon } from '../../ui/icons.tsx'
import { type Mark, markOf } from './pending.ts'

export interface PendingActions {
  /** Sends it again, with its files. */
  retry(write: PendingWrite, message: Message): Promise<void>
  /** Takes text and files back into the composer and the write away. */
  edit(write: PendingWrite, message: Message): Promise<void>
  discard(write: PendingWrite, message: Message): Promise<void>
}

interface PendingMarkProps {
  readonly write: PendingWrite
  readonly message: Message
  readonly connection: StreamStatus['state']
  readonly actions: PendingActions
}

const CHOICES = [
  ['retry', 'Retry'],
  ['edit', 'Edit'],
  ['discard', 'Discard'],
] as const

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
        {CHOICES.map(([act, label]) => (
          <button
            key={act}
            type="button"
            className="button button-text"
            onClick={() => void actions[act](write, message)}
          >
            {label}
          </button>
        ))}
      </span>
    </div>
  )
}
