import { useCallback } from 'react'
import { sessionPath } from '../../routing/route.ts'
import { navigate } from '../../routing/use-route.ts'
import { makeId } from '../../sync/id.ts'
import type { SessionsDB } from '../../sync/streams.ts'
import { profile } from '../profile/profile.ts'

/** Makes a session and shows it; its id and address are final, with or without a network. */
export function useNewSession({ collections }: SessionsDB): (title: string) => Promise<void> {
  return useCallback(
    async (title) => {
      const id = makeId()
      const row = { id, title, createdAt: Date.now(), createdBy: profile.get().id }
      const { isPersisted } = collections.sessions.insert(row)
      navigate(sessionPath(id))
      await isPersisted.promise
    },
    [collections],
  )
}
