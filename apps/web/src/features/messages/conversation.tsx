import type { StreamStatus } from '@strandline/client'
import { usePendingWrites, useStreamDB, useStreamStatus } from '@strandline/state/react'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { messagesSchema, Session } from '../../schema.ts'
import { useReadable } from '../../sync/use-readable.ts'
import { useRows } from '../../sync/use-rows.ts'
import { Blank } from '../../ui/blank.tsx'
import { PaneHead } from '../../ui/pane-head.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Composer, type ComposerHandle } from '../composer/composer.tsx'
import '../composer/composer.css'
import { FirstRun } from '../profile/first-run.tsx'
import { profile } from '../profile/profile.ts'
import { ConnectionBadge } from '../status/connection-badge.tsx'
import '../status/status.css'
import { Arrivals } from './arrivals.tsx'
import { MessageList } from './message-list.tsx'
import './messages.css'
import { withRefused, writesByKey } from './pending.ts'
import { rowLayout } from './rows.ts'
import { useSend } from './use-send.ts'
import { useStuckActions } from './use-stuck-actions.ts'

interface ConversationProps {
  readonly session: Session
  readonly openDrawer: () => void
}

/** The messages of one session and where one adds to them. */
export function Conversation({ session, openDrawer }: ConversationProps) {
  const db = useStreamDB<typeof messagesSchema>()
  const status = useStreamStatus(db)
  const messages = useRows(db.collections.messages)
  const pending = usePendingWrites(db)
  const me = useReadable(profile)
  const [layOut] = useState(rowLayout)
  const rows = useMemo(() => layOut(withRefused(messages, pending)), [layOut, messages, pending])
  const writes = useMemo(() => writesByKey(pending, 'message'), [pending])
  const composer = useRef<ComposerHandle>(null)
  const { actions, problem } = useStuckActions(db, composer)
  const send = useSend(db)
  useEffect(() => {
    const typing = document.activeElement instanceof HTMLInputElement
    if (!typing && matchMedia('(pointer: fine)').matches) composer.current?.focus()
  }, [])

  return (
    <>
      <PaneHead title={session.title} note={noteOf(messages.length)} openDrawer={openDrawer}>
        <ConnectionBadge status={status} retry={() => db.retry()} />
      </PaneHead>
      {rows.length > 0 ? (
        <MessageList
          label={`Messages of ${session.title}`}
          rows={rows}
          writes={writes}
          me={me.id}
          connection={status.state}
          actions={actions}
        />
      ) : (
        <Empty status={status} />
      )}
      <Arrivals collection={db.collections.messages} status={db.status} me={me.id} />
      {problem && (
        <p className="notice" role="alert">
          {problem}
        </p>
      )}
      <FirstRun />
      <Composer
        ref={composer}
        session={session.id}
        title={session.title}
        send={send}
        closed={closedBecause(status)}
      />
    </>
  )
}

function Empty({ status: { state, synced } }: { readonly status: StreamStatus }) {
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
      <p>Write the first message.</p>
    </Blank>
  )
}

function noteOf(count: number): string | undefined {
  if (count === 0) return undefined
  return count === 1 ? '1 message' : `${count.toLocaleString()} messages`
}

function closedBecause({ state }: StreamStatus): string | undefined {
  if (state === 'gone') return 'This session was deleted'
  if (state === 'closed') return 'This session takes no more messages'
  return undefined
}
