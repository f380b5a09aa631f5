import type { Session } from '@strandline/chat'
import { useCallback, useState } from 'react'
import { sessionPath } from '../../routing/route.ts'
import { navigate } from '../../routing/use-route.ts'
import { makeId } from '../../sync/id.ts'
import type { SessionsDB } from '../../sync/streams.ts'
import { whyNotKept } from '../../sync/why-not-kept.ts'
import { profile } from '../profile/profile.ts'
import { remember } from './known.ts'

/** Makes a session and shows it; its id and address are final, with or without a network. */
export function useNewSession({ collections }: SessionsDB) {
  const [problem, setProblem] = useState<string>()
  const create = useCallback(
    (title: string, agent?: string) => {
      const id = makeId()
      const createdBy = profile.get().id
      const row: Session = {
        id,
        title,
        createdAt: Date.now(),
        createdBy,
        ...(agent !== undefined && { agent }),
      }
      remember(row)
      const { isPersisted } = collections.sessions.insert(row)
      setProblem(undefined)
      navigate(sessionPath(id))
      isPersisted.promise.catch((error: unknown) => setProblem(whyNotKept(error)))
    },
    [collections],
  )
  return { create, problem }
}
