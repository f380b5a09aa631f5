import { useMemo } from 'react'
import type { SessionsDB } from '../../sync/streams.ts'
import { useDeadlines } from '../../sync/use-deadlines.ts'
import { useReadable } from '../../sync/use-readable.ts'
import { useRows } from '../../sync/use-rows.ts'
import type { Profile } from '../profile/profile.ts'
import { known } from './known.ts'
import { type Listing, listings } from './listing.ts'

/** Every session, as this reader's list shows it. */
export function useListings({ collections }: SessionsDB, me: Profile): readonly Listing[] {
  const sessions = useRows(collections.sessions)
  const activity = useRows(collections.activity)
  const readMarks = useRows(collections.readMarks)
  const here = useReadable(known)
  const now = useDeadlines(
    useMemo(() => activity.flatMap(({ run, until }) => (run === null ? [] : [until])), [activity]),
  )
  const doing = useMemo(() => new Map(activity.map((row) => [row.id, row])), [activity])
  const marks = useMemo(
    () => new Map(readMarks.filter(({ person }) => person === me.id).map((row) => [row.session, row])),
    [readMarks, me.id],
  )
  return useMemo(
    () => listings({ sessions, known: here, activity: doing, marks, me, now }),
    [sessions, here, doing, marks, me, now],
  )
}
