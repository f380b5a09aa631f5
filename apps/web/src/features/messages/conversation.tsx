import type { Agent } from '@strandline/chat'
import type { StreamStatus } from '@strandline/client'
import { usePendingWrites, useStreamDB, useStreamStatus } from '@strandline/state/react'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { messagesSchema } from '../../schema.ts'
import { messagesUrl } from '../../sync/streams.ts'
import { useReadable } from '../../sync/use-readable.ts'
import { useRows } from '../../sync/use-rows.ts'
import { UsageMeter } from '../agent/usage-meter.tsx'
import { useAgent } from '../agent/use-agent.ts'
import { Composer, type ComposerHandle } from '../composer/composer.tsx'
import '../composer/composer.css'
import { FirstRun } from '../profile/first-run.tsx'
import { profile } from '../profile/profile.ts'
import type { Listing } from '../sessions/listing.ts'
import { SessionHead } from '../sessions/session-head.tsx'
import { useReadMark } from '../sessions/use-read-mark.ts'
import type { SessionActions } from '../sessions/use-session-actions.ts'
import { ConnectionBadge } from '../status/connection-badge.tsx'
import '../status/status.css'
import { Arrivals } from './arrivals.tsx'
import { Empty } from './empty.tsx'
import { MessageList } from './message-list.tsx'
import './messages.css'
import { withRefused, writesByKey } from './pending.ts'
import { rowLayout } from './rows.ts'
import { timeline } from './timeline.ts'
import { useSend } from './use-send.ts'
import { useStuckActions } from './use-stuck-actions.ts'

interface ConversationProps {
  readonly listing: Listing
  readonly agents: readonly Agent[]
  readonly actions: SessionActions
  readonly openDrawer: () => void
}

/** The messages of one session and where one adds to them. */
export function Conversation({ listing, agents, actions, openDrawer }: ConversationProps) {
  const { session } = listing
  const db = useStreamDB<typeof messagesSchema>()
  const status = useStreamStatus(db)
  const pending = usePendingWrites(db)
  const me = useReadable(profile)
  const messages = useRows(db.collections.messages)
  const runs = useRows(db.collections.runs)
  const toolCalls = useRows(db.collections.toolCalls)
  const approvals = useRows(db.collections.approvals)
  const notices = useRows(db.collections.notices)
  const usage = useRows(db.collections.usage).at(-1)
  const [line] = useState(timeline)
  const [layOut] = useState(rowLayout)
  const shown = useMemo(() => withRefused(messages, pending), [messages, pending])
  const rows = useMemo(
    () => layOut(line({ messages: shown, runs, toolCalls, approvals, notices })),
    [layOut, line, shown, runs, toolCalls, approvals, notices],
  )
  const writes = useMemo(() => writesByKey(pending, 'message'), [pending])
  const composer = useRef<ComposerHandle>(null)
  const stuck = useStuckActions(db, composer, session.id)
  const send = useSend(db, listing)
  const serving = agents.find(({ id }) => id === session.agent)
  const url = messagesUrl(session.id)
  const agent = useAgent({ url, messages, runs, answers: serving !== undefined, send })
  const queued = useMemo(() => new Set(agent.queue.map(({ id }) => id)), [agent.queue])
  const { open } = agent
  const closed = closedBecause(status)
  useReadMark(listing, messages, me.id)
  useEffect(() => {
    const typing = document.activeElement instanceof HTMLInputElement
    if (!typing && matchMedia('(pointer: fine)').matches) composer.current?.focus()
  }, [])

  return (
    <>
      <SessionHead
        listing={listing}
        note={noteOf(messages.length, serving)}
        actions={actions}
        openDrawer={openDrawer}
      >
        <UsageMeter usage={usage} />
        <ConnectionBadge status={status} retry={() => db.retry()} />
      </SessionHead>
      {session.archived && (
        <p className="notice" data-testid="archived-notice">
          <span className="notice-text">This session is in the archive.</span>
          <button
            type="button"
            className="button button-text"
            onClick={() => actions.archive(listing, false)}
          >
            Take it out
          </button>
        </p>
      )}
      {rows.length > 0 ? (
        <MessageList
          label={`Messages of ${session.title}`}
          session={session.id}
          rows={rows}
          writes={writes}
          me={me.id}
          connection={status.state}
          actions={stuck.actions}
          agentActions={agent.actions}
          queued={queued}
        />
      ) : (
        <Empty status={status} agent={serving} />
      )}
      <Arrivals db={db} session={session} me={me.id} />
      {(stuck.problem ?? agent.problem) && (
        <p className="notice" role="alert">
          {stuck.problem ?? agent.problem}
        </p>
      )}
      {closed === undefined && <FirstRun />}
      <Composer
        ref={composer}
        session={session.id}
        title={session.title}
        send={(text, files) => send({ text, files })}
        stop={agent.busy && open ? () => agent.actions.stop(open) : undefined}
        queued={agent.busy ? agent.queue.length : 0}
        closed={closed}
      />
    </>
  )
}

function noteOf(count: number, agent: Agent | undefined): string | undefined {
  const messages = count === 1 ? '1 message' : `${count.toLocaleString()} messages`
  const parts = [agent && `with ${agent.name}${agent.online ? '' : ', which is away'}`, count > 0 && messages]
  return parts.filter(Boolean).join(' · ') || undefined
}

function closedBecause({ state }: StreamStatus): string | undefined {
  if (state === 'gone') return 'This session was deleted'
  if (state === 'closed') return 'This session takes no more messages'
  return undefined
}
