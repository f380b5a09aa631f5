import { displayName, type Session } from '@strandline/chat'
import { useEffect, useState } from 'react'
import { sessionPath } from '../../routing/route.ts'
import type { MessagesDB } from '../../sync/streams.ts'
import { countUnread } from '../../ui/page-title.ts'
import { notify } from '../notify/notify.ts'
import { askedOf, failedOf, said } from './news.ts'

interface ArrivalsProps {
  readonly db: Pick<MessagesDB, 'status'> & {
    readonly collections: Pick<MessagesDB['collections'], 'messages' | 'approvals' | 'runs'>
  }
  readonly session: Pick<Session, 'id' | 'title'>
  /** The reader's id. */
  readonly me: string
}

/**
 * What happens while it is open: read out to those who listen, counted in the title and told by a notification to
 * those who look elsewhere. Only what comes in live; a replay or a catch-up says nothing.
 */
export function Arrivals({ db, session, me }: ArrivalsProps) {
  const [spoken, setSpoken] = useState('')
  const { id, title } = session
  useEffect(() => {
    const isLive = () => db.status.get().state === 'live'
    const tell = (text: string, count = 1) => {
      setSpoken(text)
      countUnread(count)
      notify({ about: `session:${id}`, title, body: text, path: sessionPath(id) })
    }
    const { messages, approvals, runs } = db.collections
    const subscriptions = [
      messages.subscribeChanges((changes) => {
        const fresh = isLive() ? said(changes, me) : []
        const last = fresh.at(-1)
        if (!last) return
        const more = fresh.length > 1 ? `${fresh.length} new messages, the last by ` : ''
        tell(`${more}${displayName(last.author, last.name)}: ${last.text.slice(0, 200)}`, fresh.length)
      }),
      approvals.subscribeChanges((changes) => {
        const question = isLive() ? askedOf(changes).at(-1) : undefined
        if (question) tell(`Asks: ${question.title}`)
      }),
      runs.subscribeChanges((changes) => {
        const failed = isLive() ? failedOf(changes).at(-1) : undefined
        if (failed) tell(`The answer failed: ${failed.error?.message ?? 'no reason was given'}`)
      }),
    ]
    return () => {
      for (const subscription of subscriptions) subscription.unsubscribe()
    }
  }, [db, id, title, me])
  return (
    <p className="visually-hidden" role="log" aria-live="polite">
      {spoken}
    </p>
  )
}
