import type { Agent } from '@strandline/chat'
import type { StreamStatus } from '@strandline/client'
import { StreamDBProvider } from '@strandline/state/react'
import { useCallback, useEffect } from 'react'
import { Link } from '../../routing/link.tsx'
import { messagesUrl } from '../../sync/streams.ts'
import { useHeld, useStreams } from '../../sync/streams-context.tsx'
import { Blank } from '../../ui/blank.tsx'
import { PaneHead } from '../../ui/pane-head.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Conversation } from '../messages/conversation.tsx'
import { remember } from './known.ts'
import { lastSession } from './last-session.ts'
import type { Listing } from './listing.ts'
import { presenceOf } from './presence.ts'
import { SessionsBadge } from './sessions-badge.tsx'
import type { SessionActions } from './use-session-actions.ts'

interface SessionPaneProps {
  readonly id: string
  readonly listing: Listing | undefined
  readonly agents: readonly Agent[]
  /** Where the list of sessions stands. */
  readonly registry: StreamStatus
  readonly actions: SessionActions
  readonly openDrawer: () => void
}

/** One session, or why it cannot be shown. */
export function SessionPane({ id, listing, registry, ...rest }: SessionPaneProps) {
  if (listing) return <OpenSession id={id} listing={listing} {...rest} />
  return (
    <>
      <PaneHead title="Session" openDrawer={rest.openDrawer}>
        <SessionsBadge />
      </PaneHead>
      <Unknown presence={presenceOf(registry)} />
    </>
  )
}

type OpenSessionProps = Omit<SessionPaneProps, 'registry' | 'listing'> & { readonly listing: Listing }

function OpenSession({ id, listing, agents, actions, openDrawer }: OpenSessionProps) {
  const streams = useStreams()
  const url = messagesUrl(id)
  const { session } = listing
  useHeld(url)
  useEffect(() => {
    remember(session)
    lastSession.set(id)
  }, [session, id])
  const create = useCallback(() => streams.messages(id), [streams, id])
  const fallback = (
    <>
      <PaneHead title={session.title} openDrawer={openDrawer} />
      <Skeleton />
    </>
  )
  return (
    <StreamDBProvider create={create} id={id} fallback={fallback}>
      <Conversation listing={listing} agents={agents} actions={actions} openDrawer={openDrawer} />
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
