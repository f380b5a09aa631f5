import { deltaItem, rowItem, type Session } from '@strandline/chat'
import { useMemo, useState } from 'react'
import { sessionsUrl } from '../../sync/streams.ts'
import { useStreams } from '../../sync/streams-context.tsx'
import { whyNotKept } from '../../sync/why-not-kept.ts'
import { forget } from './known.ts'
import { listRow } from './list-row.ts'
import type { Listing } from './listing.ts'
import { titleOf } from './title.ts'

export interface SessionActions {
  rename(listing: Listing, title: string): void
  archive(listing: Listing, archived: boolean): void
  /** Takes one that only this device knows out of its list. */
  forget(listing: Listing): void
}

/** Changes to a session, for everybody; made offline they wait like any other write. */
export function useSessionActions() {
  const streams = useStreams()
  const [problem, setProblem] = useState<string>()
  const actions = useMemo((): SessionActions => {
    const edit = ({ session, shared }: Listing, change: Pick<Partial<Session>, 'title' | 'archived'>) => {
      setProblem(undefined)
      // The shared list has lost it: it is told of it first, as with a word that is written in it.
      const lost = shared ? [] : [rowItem('session', listRow(session))]
      const kept = streams.append(sessionsUrl, [...lost, deltaItem('session.edit', session.id, change)])
      kept.catch((error: unknown) => setProblem(whyNotKept(error)))
    }
    return {
      rename(listing, typed) {
        const title = titleOf(typed)
        if (title !== undefined && title !== listing.session.title) edit(listing, { title })
      },
      archive: (listing, archived) => edit(listing, { archived }),
      forget: ({ session }) => forget(session.id),
    }
  }, [streams])
  return { actions, problem }
}
