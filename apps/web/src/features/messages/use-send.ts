import { useCallback } from 'react'
import { makeId } from '../../sync/id.ts'
import type { MessagesDB } from '../../sync/streams.ts'
import { whyNotKept } from '../../sync/why-not-kept.ts'
import { profile } from '../profile/profile.ts'

/** Writes a message; resolves when it is kept on this device, rejects with a sentence for its writer. */
export function useSend({ collections }: MessagesDB): (text: string) => Promise<void> {
  return useCallback(
    async (text) => {
      const me = profile.get()
      const row = { id: makeId(), author: me.id, ...(me.name && { name: me.name }), at: Date.now(), text }
      try {
        await collections.messages.insert(row).isPersisted.promise
      } catch (error) {
        throw new Error(whyNotKept(error), { cause: error })
      }
      if (!me.met) profile.set({ ...me, met: true })
    },
    [collections],
  )
}
