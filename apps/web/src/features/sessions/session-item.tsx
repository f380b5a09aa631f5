import { memo } from 'react'
import { Link } from '../../routing/link.tsx'
import { sessionPath } from '../../routing/route.ts'
import { hueStyle } from '../../ui/hue-style.ts'
import { ClockIcon } from '../../ui/icons.tsx'
import { shortDay } from '../messages/days.ts'
import type { Listing } from './listing.ts'

interface SessionItemProps {
  readonly listing: Listing
  readonly now: number
  readonly current: boolean
  readonly tabStop: boolean
  /** Made or changed here and not on the server yet. */
  readonly waiting: boolean
}

export const SessionItem = memo(function SessionItem(props: SessionItemProps) {
  const { listing, now, current, tabStop, waiting } = props
  const { session, unread, active, shared } = listing
  const news = unread && !current
  return (
    <li className="session-slot">
      <Link
        href={sessionPath(session.id)}
        className="session-item"
        aria-current={current ? 'page' : undefined}
        tabIndex={tabStop ? 0 : -1}
        data-testid="session-item"
        data-session-id={session.id}
        data-unread={news}
        data-shared={shared}
      >
        <span className="session-sign" aria-hidden="true" data-active={active} style={hueStyle(session.id)} />
        <span className="session-title" dir="auto">
          {session.title}
        </span>
        {active && <span className="visually-hidden">, an answer is being given</span>}
        {news && (
          <span className="session-unread">
            <span className="visually-hidden">, unread</span>
          </span>
        )}
        <When listing={listing} waiting={waiting} now={now} />
      </Link>
    </li>
  )
}, sameItem)

function When({ listing, waiting, now }: Pick<SessionItemProps, 'listing' | 'waiting' | 'now'>) {
  const { lastAt, shared } = listing
  if (waiting || !shared) {
    const words = waiting ? 'Waiting to be sent' : 'Only on this device'
    return (
      <span className="session-when" title={words}>
        <ClockIcon size={13} />
        <span className="visually-hidden">{words}</span>
      </span>
    )
  }
  return (
    <time className="session-when" dateTime={new Date(lastAt).toISOString()}>
      {shortDay(lastAt, now)}
    </time>
  )
}

/** Listings are made anew with every change of the list; most of them say the same. */
function sameItem(a: SessionItemProps, b: SessionItemProps): boolean {
  const [one, two] = [a.listing, b.listing]
  return (
    one.session === two.session &&
    one.shared === two.shared &&
    one.lastAt === two.lastAt &&
    one.unread === two.unread &&
    one.active === two.active &&
    a.now === b.now &&
    a.current === b.current &&
    a.tabStop === b.tabStop &&
    a.waiting === b.waiting
  )
}
