import { rowItem } from '@strandline/chat'
import { useCallback } from 'react'
import { type Streams, sessionsUrl } from '../../sync/streams.ts'
import { useStreams } from '../../sync/streams-context.tsx'
import { surface } from '../../sync/surface.ts'
import { profile } from '../profile/profile.ts'
import { listRow } from './list-row.ts'
import type { Listing } from './listing.ts'
import { touches } from './touches.ts'

/** Tells the shared list that something was said, and of the session itself where the list has lost it. */
export function useAnnounce({ session, shared }: Listing): (at: number) => void {
  const streams = useStreams()
  const touch = touchOf(streams)
  return useCallback(
    (at) => {
      if (!shared) streams.append(sessionsUrl, [rowItem('session', listRow(session))]).catch(surface)
      touch(session.id, at, profile.get().id)
    },
    [streams, touch, session, shared],
  )
}

const touchers = new WeakMap<Streams, ReturnType<typeof touches>>()

/** One for the page: the pause between two notes is kept whatever is opened and closed. */
function touchOf(streams: Streams): ReturnType<typeof touches> {
  const touch = touchers.get(streams) ?? touches((items) => streams.append(sessionsUrl, items))
  touchers.set(streams, touch)
  return touch
}
