import { displayName } from '@strandline/chat'
import type { PendingWrite, StreamStatus } from '@strandline/client'
import { memo } from 'react'
import type { Message } from '../../schema.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { clockTime, fullTime, shortDay } from './days.ts'
import { MessageContent } from './message-content.tsx'
import { type PendingActions, PendingMark } from './pending-mark.tsx'

export interface MessageRowProps {
  readonly message: Message
  readonly opens: boolean
  readonly late: boolean
  /** The write that this row waits for. */
  readonly write: PendingWrite | undefined
  /** The reader's id. */
  readonly me: string
  readonly connection: StreamStatus['state']
  readonly actions: PendingActions
  /** The session's id. */
  readonly session: string
  /** Waits for an agent to come to it. */
  readonly queued?: boolean
}

export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { message, opens, late, write, me, connection, actions, session, queued = false } = props
  const name = displayName(message.author, message.name)
  const time = late ? `${shortDay(message.at, Date.now())}, ${clockTime(message.at)}` : clockTime(message.at)
  return (
    <article
      className="message"
      aria-label={`${name}, ${fullTime(message.at)}`}
      data-testid="message"
      data-message-id={message.id}
      data-pending-state={write?.state ?? (isSaved(message) ? 'none' : 'saving')}
      data-opens={opens}
      data-own={message.author === me}
      data-state={message.state}
    >
      {opens ? <Avatar id={message.author} name={name} /> : <Time at={message.at} label={time} />}
      <div className="message-body">
        {opens && (
          <header className="message-head">
            <span className="message-author" title={message.author} dir="auto">
              {name}
            </span>
            <Time at={message.at} label={time} />
          </header>
        )}
        <MessageContent message={message} session={session} />
        {queued && !write && <p className="message-queued">Waits for its turn</p>}
      </div>
      {!write && message.text !== '' && (
        <div className="message-tools">
          <CopyButton text={message.text} label="Copy message" />
        </div>
      )}
      {write && <PendingMark write={write} message={message} connection={connection} actions={actions} />}
    </article>
  )
})

/** False in the moment before a write is on this device. */
function isSaved(message: Message & { readonly $synced?: boolean }): boolean {
  return message.$synced !== false
}

function Time({ at, label }: { readonly at: number; readonly label: string }) {
  return (
    <time className="message-time" dateTime={new Date(at).toISOString()} title={fullTime(at)}>
      {label}
    </time>
  )
}
