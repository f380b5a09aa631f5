import type { Readable, StreamStatus } from '@strandline/client'
import { useEffect, useState } from 'react'
import type { MessagesDB } from '../../sync/streams.ts'
import { countUnread } from '../../ui/page-title.ts'
import { displayName } from '../profile/people.ts'

interface ArrivalsProps {
  readonly collection: MessagesDB['collections']['messages']
  readonly status: Readable<StreamStatus>
  /** The reader's id. */
  readonly me: string
}

/**
 * What others write while it is open: read out to those who listen, counted in the title for those who look
 * elsewhere. Only what comes in live; a replay or a catch-up says nothing.
 */
export function Arrivals({ collection, status, me }: ArrivalsProps) {
  const [spoken, setSpoken] = useState('')
  useEffect(() => {
    const subscription = collection.subscribeChanges((changes) => {
      if (status.get().state !== 'live') return
      const fresh = changes.filter(({ type, value }) => type === 'insert' && value.author !== me)
      const last = fresh.at(-1)?.value
      if (!last) return
      const more = fresh.length > 1 ? `${fresh.length} new messages, the last by ` : ''
      setSpoken(`${more}${displayName(last.author, last.name)}: ${last.text.slice(0, 200)}`)
      countUnread(fresh.length)
    })
    return () => subscription.unsubscribe()
  }, [collection, status, me])
  return (
    <p className="visually-hidden" role="log" aria-live="polite">
      {spoken}
    </p>
  )
}
