import type { Message } from '@strandline/chat'
import { AlertIcon } from '../../ui/icons.tsx'
import { AttachmentView } from '../attachments/attachment-view.tsx'
import { MessageText } from './message-text.tsx'

interface MessageContentProps {
  readonly message: Message
  readonly session: string
}

/** What a message says, what came with it, and whether that is all. */
export function MessageContent({ message, session }: MessageContentProps) {
  const { text, attachments = [], state, gap } = message
  const flaw = flawOf(state, gap)
  return (
    <>
      {(text !== '' || attachments.length === 0) && (
        <MessageText text={text} streaming={state === 'streaming'} />
      )}
      {attachments.length > 0 && (
        <ul className="attachments" aria-label="Attachments">
          {attachments.map((attachment) => (
            <li key={attachment.id}>
              <AttachmentView session={session} attachment={attachment} />
            </li>
          ))}
        </ul>
      )}
      {flaw && (
        <p className="answer-state" data-testid="answer-state">
          <AlertIcon size={13} />
          {flaw}
        </p>
      )}
    </>
  )
}

function flawOf(state: Message['state'], gap: boolean | undefined): string | undefined {
  if (state === 'incomplete') return 'Cut short'
  return gap && state === 'streaming' ? 'A part is still missing' : undefined
}
