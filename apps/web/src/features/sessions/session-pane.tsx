import type { StreamStatus } from '@strandline/client'
import { StreamDBProvider } from '@strandline/state/react'
import { useCallback } from 'react'
import { Link } from '../../routing/link.tsx'
import type { Session } from '../../schema.ts'
import { messagesUrl } from '../../sync/streams.ts'
import { useHeld, useStreams } from '../../sync/streams-context.tsx'
import { Blank } from '../../ui/blank.tsx'
import { PaneHead } from '../../ui/pane-head.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Conversation } from '../messages/conversation.tsx'
import { presenceOf } from './presence.ts'
import { SessionsBadge } from './sessions-badge.tsx'

interface SessionPaneProps {
  readonly id: string
  readonly session: Session | undefined
  /** Where the list of sessions stands. */
  readonly registry: StreamStatus
  readonly openDrawer: () => void
}

/** One session, or why it cannot be shown. */
export function SessionPane({ id, session, registry, openDrawer }: SessionPaneProps) {
  if (session) return <OpenSession id={id} session={session} openDrawer={openDrawer} />
  return (
    <>
      <PaneHead title="Session" openDrawer={openDrawer}>
        <SessionsBadge />
      </PaneHead>
      <Unknown presence={presenceOf(registry)} />
    </>
  )
}

function OpenSession({
  id,
  session,
  openDrawer,
}: Omit<SessionPaneProps, 'registry'> & { readonly session: Session }) {
  const streams = useStreams()
  const url = messagesUrl(id)
  useHeld(url)
  const create = useCallback(() => streams.messages(id), [streams, id])
  const fallback = (
    <>
      <PaneHead title={session.title} openDrawer={openDrawer} />
      <Skeleton />
    </>
  )
  return (
    <StreamDBProvider create={create} id={id} fallback={fallback}>
      <Conversation session={session} openDrawer={openDrawer} />
    </StreamDBProvider>
  )
}

function Unknown({ presence }: { readonly presence: ReturnType<typeof presenceOf> }) {
  if (presence === 'looking') return <Skeleton />
  if (presence === 'unreachable')
    return (
      <Blank title="Not on this device yet" testId="session-unreachable">
        <p>The server cannot be reached. If there is such a session, it opens here as soon as it can.</p>
      </Blank>
    )
  return (
    <Blank title="There is no such session" testId="session-missing">
      <p>Its address may be mistyped, or it was never made.</p>
      <Link className="button button-quiet" href="/">
        All sessions
      </Link>
    </Blank>
  )
}
