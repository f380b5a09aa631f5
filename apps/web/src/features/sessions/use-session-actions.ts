import { deltaItem, type Session } from '@strandline/chat'
import { useMemo, useState } from 'react'
import { sessionsUrl } from '../../sync/streams.ts'
import { useStreams } from '../../sync/streams-context.tsx'
import { whyNotKept } from '../../sync/why-not-kept.ts'
import { forget } from './known.ts'
import { titleOf } from './title.ts'

export interface SessionActions {
  rename(session: Session, title: string): void
  archive(session: Session, archived: boolean): void
  /** Takes one that only this device knows out of its list. */
  forget(session: Session): void
}

/** Changes to a session, for everybody; made offline they wait like any other write. */
export function useSessionActions() {
  const streams = useStreams()
  const [problem, setProblem] = useState<string>()
  const actions = useMemo((): SessionActions => {
    const edit = ({ id }: Session, change: Pick<Partial<Session>, 'title' | 'archived'>) => {
      setProblem(undefined)
      const kept = streams.append(sessionsUrl, [deltaItem('session.edit', id, change)])
      kept.catch((error: unknown) => setProblem(whyNotKept(error)))
    }
    return {
      rename(session, typed) {
        const title = titleOf(typed)
        if (title !== undefined && title !== session.title) edit(session, { title })
      },
      archive: (session, archived) => edit(session, { archived }),
      forget: ({ id }) => forget(id),
    }
  }, [streams])
  return { actions, problem }
}
