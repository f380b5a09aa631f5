import type { Agent } from '@strandline/chat'
import type { StreamStatus } from '@strandline/client'
import { Blank } from '../../ui/blank.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'

interface EmptyProps {
  readonly status: StreamStatus
  readonly agent: Agent | undefined
}

/** A session without messages, and why. */
export function Empty({ status: { state, synced }, agent }: EmptyProps) {
  if (state === 'loading' || (state === 'catching-up' && !synced)) return <Skeleton />
  if (state === 'waiting' && !synced)
    return (
      <Blank title="Nothing of it is on this device yet" testId="conversation-unsynced">
        <p>
          Its messages come when the server can be reached. You can write now: it is kept here and sent later.
        </p>
      </Blank>
    )
  return (
    <Blank title="Quiet so far" testId="conversation-empty">
      <p>{agent ? `Write something: ${agent.name} answers.` : 'Write the first message.'}</p>
    </Blank>
  )
}
