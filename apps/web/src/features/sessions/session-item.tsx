import { memo } from 'react'
import { Link } from '../../routing/link.tsx'
import { sessionPath } from '../../routing/route.ts'
import type { Session } from '../../schema.ts'
import { hueStyle } from '../../ui/hue-style.ts'
import { ClockIcon } from '../../ui/icons.tsx'
import { shortDay } from '../messages/days.ts'

interface SessionItemProps {
  readonly session: Session
  readonly now: number
  readonly current: boolean
  readonly tabStop: boolean
  /** Made here and not on the server yet. */
  readonly waiting: boolean
}

export const SessionItem = memo(function SessionItem(props: SessionItemProps) {
  const { session, now, current, tabStop, waiting } = props
  return (
    <li className="session-slot">
      <Link
        href={sessionPath(session.id)}
        className="session-item"
        aria-current={current ? 'page' : undefined}
        tabIndex={tabStop ? 0 : -1}
        data-testid="session-item"
        data-session-id={session.id}
      >
        <span className="session-sign" aria-hidden="true" style={hueStyle(session.id)} />
        <span className="session-title" dir="auto">
          {session.title}
        </span>
        {waiting ? (
          <span className="session-when" title="Waiting to be sent">
            <ClockIcon size={13} />
            <span className="visually-hidden">Waiting to be sent</span>
          </span>
        ) : (
          <time className="session-when" dateTime={new Date(session.createdAt).toISOString()}>
            {shortDay(session.createdAt, now)}
          </time>
        )}
      </Link>
    </li>
  )
})
