import { type Message, readMarkId, rowItem } from '@strandline/chat'
import { useEffect, useRef } from 'react'
import { sessionsUrl } from '../../sync/streams.ts'
import { useStreams } from '../../sync/streams-context.tsx'
import { surface } from '../../sync/surface.ts'
import type { Listing } from './listing.ts'

/**
 * Notes that a session was read: when it is opened with something unread, and when it is left or hidden with more
 * than was noted. In between nobody needs to know.
 */
export function useReadMark(listing: Listing, messages: readonly Message[], me: string): void {
  const streams = useStreams()
  const last = messages.at(-1)
  const newest = Math.max(listing.lastAt, last?.at ?? 0)
  const latest = useRef({ last, newest, marked: 0 })
  useEffect(() => {
    latest.current = { ...latest.current, last, newest }
  }, [last, newest])

  const { id } = listing.session
  const { unread } = listing
  useEffect(() => {
    const mark = () => {
      const { last: read, newest: at, marked } = latest.current
      if (!read || at <= marked) return
      latest.current.marked = at
      const row = { id: readMarkId(me, id), person: me, session: id, message: read.id, at }
      streams.append(sessionsUrl, [rowItem('readMark', row, 'upsert')]).catch(surface)
    }
    if (unread && !document.hidden) mark()
    else if (!unread && latest.current.marked === 0) latest.current.marked = latest.current.newest
    const onHidden = () => {
      if (document.hidden) mark()
    }
    document.addEventListener('visibilitychange', onHidden)
    return () => {
      document.removeEventListener('visibilitychange', onHidden)
      if (!document.hidden) mark()
    }
  }, [streams, id, me, unread])
}
